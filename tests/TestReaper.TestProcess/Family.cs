using System.Diagnostics;
using System.Globalization;

namespace TestReaper.TestProcess;

/// <summary>The processes that this one spawns: itself again, with other options.</summary>
internal sealed class Family(Options options)
{
    private readonly List<Process> _children = [];

    public void SpawnAll()
    {
        for (var i = 0; i < options.Children; i++)
        {
            _children.Add(Spawn(Member("child")));
        }

        if (options.Depth > 0)
        {
            _children.Add(Spawn(Level()));
        }

        if (options.Daemon)
        {
            Spawn(["--run", .. Member("daemon"), "--setsid"]);
        }

        if (options.Orphan)
        {
            Spawn(["--run", .. Member("orphan")]);
        }

        if (options.HoldStdout)
        {
            Spawn([.. Member("holder"), "--setsid"], keepEnvironment: false);
        }
    }

    public static Process Spawn(IEnumerable<string> arguments, bool keepEnvironment = true)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
        if (!keepEnvironment)
        {
            RemoveAllButRuntime(start.Environment);
        }

        return Process.Start(start)!;
    }

    public void StopChildren()
    {
        foreach (var child in _children)
        {
            if (!child.HasExited)
            {
                _ = LibC.kill(child.Id, LibC.SIGTERM);
            }
        }

        _children.ForEach(child => child.WaitForExit());
    }

    private List<string> Level()
    {
        List<string> arguments = [.. Member("level"), "--depth", (options.Depth - 1).ToString(CultureInfo.InvariantCulture)];
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

    private List<string> Member(string role)
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

    private static void RemoveAllButRuntime(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }
    }
}
