using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.CrashProtection;

/// <summary>
/// The test runners above this process. When one dies, no process tells this one what to do any more: it would run on, or
/// hang, with its servers. Shells, IDEs and nohup are no runners.
/// </summary>
internal static class RunnerWatch
{
    private static readonly HashSet<string> Programs =
    [
        "vstest.console", "testhost", "dotnet-watch", "ReSharperTestRunner",
        "xunit.console", "xunit.runner.console", "nunit3-console", "nunit4-console", "nunit-console", "nunit-agent",
    ];

    /// <summary>Calls back once when any of them has exited. Does nothing where there is none.</summary>
    public static void Begin(IProcessPlatform platform, Action runnerGone)
    {
        var once = 0;
        foreach (var pid in Ancestry.FromThisProcess(platform).Skip(1).Where(pid => pid > 1 && RunsTests(platform.Processes.Arguments(pid))))
        {
            if (platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read)
            {
                new Thread(() => Wait(platform, entry.Identity, () =>
                {
                    if (Interlocked.Exchange(ref once, 1) == 0)
                    {
                        runnerGone();
                    }
                }))
                { IsBackground = true, Name = "TestReaper runner watch" }.Start();
            }
        }
    }

    /// <summary>Whether a command line is that of a program that runs test hosts, or of a test host that runs a test program.</summary>
    internal static bool IsRunner(string commandLine) => RunsTests(CommandLineWords.Split(commandLine));

    private static bool RunsTests(IReadOnlyList<string> arguments) =>
        arguments.Count > 0
        && (ProgramNames.IsDotnet(arguments[0]) ? IsRunOfTests([.. arguments.Skip(1)]) : IsRunnerProgram(arguments[0]));

    // "dotnet test", "dotnet watch test", "dotnet X.dll", "dotnet exec --runtimeconfig FILE --depsfile FILE X.dll": the first assembly
    // is the program, what follows is its arguments. Mono runs an .exe.
    private static bool IsRunOfTests(string[] arguments) =>
        arguments is ["test" or "vstest", ..] or ["watch", ..]
        || Array.Find(arguments, IsAssembly) is { } program && IsRunnerProgram(program);

    private static bool IsAssembly(string word) => Path.GetExtension(word) is ".dll" or ".exe";

    private static bool IsRunnerProgram(string path)
    {
        var name = Path.GetFileName(path);
        name = IsAssembly(name) ? Path.GetFileNameWithoutExtension(name) : name;

        // testhost.x86, testhost.net48 and the like are for one architecture or framework.
        return Programs.Contains(name)
            || name.StartsWith("testhost.", StringComparison.Ordinal)
            || name.StartsWith("xunit.console.", StringComparison.Ordinal);
    }

    private static void Wait(IProcessPlatform platform, ProcessIdentity runner, Action gone)
    {
        using var handle = platform.Control.Open(runner);
        using var watch = platform.Control.CreateExitWatch();
        watch.Add(handle);
        while (!handle.IsGone())
        {
            watch.WaitForAll(TimeSpan.FromHours(1));
        }

        gone();
    }
}
