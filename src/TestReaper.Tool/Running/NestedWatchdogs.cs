using System.Diagnostics;
using TestReaper.Leaks;
using TestReaper.Platform;
using TestReaper.Watchdog;

namespace TestReaper.Tool.Running;

/// <summary>
/// Waits for the watchdogs of test hosts that the command ran. A watchdog exits shortly after its host and must not count as a leak.
/// </summary>
internal static class NestedWatchdogs
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1), PollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when all have exited, or after a second: a watchdog still at work then only kills what is reaped next.</summary>
    public static async Task WaitForExitAsync(IProcessPlatform platform)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Timeout && HostDescendants.Now(platform).Any(process => MayBeWatchdog(process, platform)))
        {
            await Task.Delay(PollInterval);
        }
    }

    // A process that has already released its memory has no command line: its name is shown in brackets.
    private static bool MayBeWatchdog(ProcessEntry process, IProcessPlatform platform) =>
        platform.Processes.CommandLine(process.Pid) is var line
        && (line.StartsWith('[') || line.Contains(WatchdogScript.Name, StringComparison.Ordinal));
}
