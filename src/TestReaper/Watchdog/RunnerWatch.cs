using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>
/// The test runners above this process. When one dies, nobody is left to tell this process what to do: it would run on, or
/// hang, with its servers. Shells, IDEs and nohup are no runners.
/// </summary>
internal static class RunnerWatch
{
    /// <summary>Calls back once when any of them has exited. Does nothing where there is none.</summary>
    public static void Begin(IProcessPlatform platform, Action runnerGone)
    {
        var once = 0;
        foreach (var pid in Ancestry.OfThisProcess(platform).Skip(1).Where(pid => pid > 1 && IsRunner(platform.CommandLine(pid))))
        {
            if (platform.TryRead(pid, out var entry) == ReadOutcome.Read)
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

    /// <summary>Whether a command line is that of a program that runs test hosts.</summary>
    internal static bool IsRunner(string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1
            && Path.GetFileNameWithoutExtension(words[0]) == "dotnet"
            && (words[1] is "test" or "vstest" || words.Skip(1).Take(3).Any(word => Path.GetFileName(word) is "vstest.console.dll"));
    }

    private static void Wait(IProcessPlatform platform, ProcessIdentity runner, Action gone)
    {
        using var handle = platform.Open(runner);
        using var watch = platform.CreateExitWatch();
        watch.Add(handle);
        while (!handle.IsGone())
        {
            watch.WaitForAll(TimeSpan.FromHours(1));
        }

        gone();
    }
}
