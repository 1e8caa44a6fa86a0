using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping.Release;
using TestReaper.SharedMemory;

namespace TestReaper.Reaping;

/// <summary>
/// A whole reap: the processes first, on a thread of its own (it waits in the kernel, where a pool thread would be missing to
/// others), then what they held.
/// </summary>
internal static class ReapThread
{
    public static async Task<ReapReport> RunAsync(
        IProcessPlatform platform, TreeTracker tree, ReapOptions options, SecretMask mask, ILogger logger, TimeProvider time, CancellationToken endGrace, IEnumerable<int>? ports = null, SharedMemoryTracker? memory = null)
    {
        var clock = new ReapClock(time);
        using var operation = new ReapOperation(platform, tree, options, mask, SafeLogger.Around(logger), time, memory);
        await using var registration = endGrace.Register(operation.EndGrace).ConfigureAwait(false);
        var report = await Task.Factory.StartNew(
            operation.Run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).ConfigureAwait(false);

        IReleaseCheck[] checks =
        [
            .. (ports ?? []).Select(port => new PortRelease(port, platform, mask)),
            .. options.LockFiles.Select(file => new LockRelease(file, platform, mask)),
            .. (memory?.Leftovers() ?? []).Select(left => new SharedMemoryRelease(left, options.RemoveSharedMemory, platform)),
        ];
        if (checks.Length == 0)
        {
            return report;
        }

        report = report.With(await ReleaseWait.RunAsync(checks, options.ReleaseTimeout, time).ConfigureAwait(false), clock.Now);
        return report.Releases.Any(release => release.Verdict == ReleaseVerdict.Held) ? throw ReapFailure.NotReleased(report) : report;
    }
}
