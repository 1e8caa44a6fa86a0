using System.Diagnostics;
using System.Globalization;

namespace TestReaper.TestProcess;

/// <summary>The processes that this one spawns: the same program with other options.</summary>
internal sealed class ChildProcesses(Options options)
{
    private readonly List<Process> _children = [];

    public void SpawnAll()
    {
        for (var i = 0; i < options.Children; i++)
        {
            _children.Add(Spawn(MemberArguments("child")));
        }

        if (options.Depth > 0)
        {
            _children.Add(Spawn(LevelArguments()));
        }

        if (options.Daemon)
        {
            Spawn(["--run", .. MemberArguments("daemon"), "--setsid"]);
        }

        if (options.Orphan)
        {
            Spawn(["--run", .. MemberArguments("orphan")]);
        }

        for (var i = 0; i < options.Relays; i++)
        {
            Spawn(["--relay", "30", .. MemberArguments("runner")]);
        }

        if (options.WindowsChild is { } kind)
        {
            WindowsChildren.Spawn(kind, MemberArguments(kind));
        }

        if (options.HoldStdout)
        {
            Spawn([.. MemberArguments("holder"), "--setsid"], keepEnvironment: false);
        }
    }

    public static Process Spawn(IEnumerable<string> arguments, bool keepEnvironment = true)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
        if (!keepEnvironment)
        {
            RemoveAllExceptRuntime(start.Environment);
        }

        return Process.Start(start)!;
    }

    public void StopAll()
    {
        foreach (var child in _children)
        {
            if (!child.HasExited && !OperatingSystem.IsWindows())
            {
                _ = LibC.kill(child.Id, LibC.SIGTERM);
            }
        }

        _children.ForEach(child => child.WaitForExit());
    }

    private List<string> LevelArguments()
    {
        List<string> arguments = [.. MemberArguments("level"), "--depth", (options.Depth - 1).ToString(CultureInfo.InvariantCulture)];
        if (options.ChildrenIgnoreTerm)
        {
            arguments.Add("--children-ignore-term");
        }

        if (options.TermChildren)
        {
            arguments.Add("--term-children");
        }

        arguments.AddRange(options.ChildArguments.SelectMany(argument => new[] { "--child-arg", argument }));
        return arguments;
    }

    private List<string> MemberArguments(string role)
    {
        List<string> arguments = ["--role", role, "--lifetime", options.LifetimeSeconds.ToString(CultureInfo.InvariantCulture)];
        if (options.Registry is not null)
        {
            arguments.AddRange(["--registry", options.Registry]);
        }

        if (options.ChildrenIgnoreTerm)
        {
            arguments.Add("--ignore-term");
        }

        arguments.AddRange(options.ChildArguments);
        return arguments;
    }

    private static void RemoveAllExceptRuntime(IDictionary<string, string?> environment)
    {
        // Windows needs SystemRoot to load libraries.
        foreach (var name in environment.Keys
            .Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal)
                && !name.Equals("SystemRoot", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            environment.Remove(name);
        }
    }
}
