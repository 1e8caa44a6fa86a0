using System.Diagnostics;
using TestReaper.CrashProtection;
using TestReaper.Leaks;
using TestReaper.Platform;

namespace TestReaper.Tool.Running;

/// <summary>The watchdogs of test hosts that the command has run. Each ends a moment after its host, and is no leak of the command's.</summary>
internal static class NestedWatchdogs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Lets them end. One that has work to do is not waited for: what it would kill is reaped anyway.</summary>
    public static async Task WaitAsync(IProcessPlatform platform)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience && HostDescendants.Now(platform).Any(process => IsEnding(process, platform)))
        {
            await Task.Delay(Pause);
        }
    }

    // A process that has lost its memory already has lost its command line, too, and shows its name in brackets.
    private static bool IsEnding(ProcessEntry process, IProcessPlatform platform) =>
        platform.Processes.CommandLine(process.Pid) is var line && (line.StartsWith('[') || line.Contains(WatchdogProcess.Name, StringComparison.Ordinal));
}
