using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>
/// Detects the exit of the test runners above this process. Without its runner a test host gets no further commands: it runs on, or
/// hangs, together with its servers. Shells, IDEs and nohup don't count as runners.
/// </summary>
internal static class RunnerWatch
{
    private static readonly HashSet<string> Programs =
    [
        "vstest.console", "testhost", "dotnet-watch", "ReSharperTestRunner",
        "xunit.console", "xunit.runner.console", "nunit3-console", "nunit4-console", "nunit-console", "nunit-agent",
    ];

    /// <summary>Calls back once, when the first of them has exited. Does nothing if there is no runner.</summary>
    public static void Start(IProcessPlatform platform, Action runnerGone)
    {
        var once = 0;
        var ancestors = Ancestry.FromThisProcess(platform).Skip(1);
        foreach (var pid in ancestors.Where(pid => pid > 1 && RunsTests(platform.Processes.Arguments(pid))))
        {
            if (platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read)
            {
                new Thread(() =>
                {
                    WaitForExit(platform, entry.Identity);
                    if (Interlocked.Exchange(ref once, 1) == 0)
                    {
                        runnerGone();
                    }
                })
                { IsBackground = true, Name = "TestReaper runner watch" }.Start();
            }
        }
    }

    /// <summary>Whether a command line belongs to a program that runs test hosts, or to a test host that runs a test program.</summary>
    internal static bool IsRunner(string commandLine) => RunsTests(CommandLineWords.Split(commandLine));

    private static bool RunsTests(IReadOnlyList<string> arguments) =>
        arguments.Count > 0
        && (ProgramNames.IsDotnet(arguments[0]) ? IsRunOfTests([.. arguments.Skip(1)]) : IsRunnerProgram(arguments[0]));

    // "dotnet test", "dotnet watch test", "dotnet X.dll", "dotnet exec --runtimeconfig FILE --depsfile FILE X.dll": the first assembly
    // is the program, the rest its arguments. Mono runs an .exe.
    private static bool IsRunOfTests(string[] arguments) =>
        arguments is ["test" or "vstest", ..] or ["watch", ..]
        || (Array.Find(arguments, IsAssembly) is { } program && IsRunnerProgram(program));

    private static bool IsAssembly(string word) => Path.GetExtension(word) is ".dll" or ".exe";

    private static bool IsRunnerProgram(string path)
    {
        var name = Path.GetFileName(path);
        name = IsAssembly(name) ? Path.GetFileNameWithoutExtension(name) : name;

        // Names such as testhost.x86 and testhost.net48 stand for one architecture or framework.
        return Programs.Contains(name)
            || name.StartsWith("testhost.", StringComparison.Ordinal)
            || name.StartsWith("xunit.console.", StringComparison.Ordinal);
    }

    private static void WaitForExit(IProcessPlatform platform, ProcessIdentity runner)
    {
        using var handle = platform.Control.Open(runner);
        using var watch = platform.Control.CreateExitWatch();
        watch.Add(handle);
        while (!handle.IsGone())
        {
            watch.WaitForAll(TimeSpan.FromHours(1));
        }
    }
}
