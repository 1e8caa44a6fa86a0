using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>Runs a reap on a thread of its own: it waits in the kernel, where a pool thread would be missing to others.</summary>
internal static class ReapThread
{
    public static async Task<ReapReport> RunAsync(
        IProcessPlatform platform, TreeTracker tree, ReapOptions options, SecretMask mask, ILogger logger, TimeProvider time, CancellationToken endGrace)
    {
        using var operation = new ReapOperation(platform, tree, options, mask, SafeLogger.Around(logger), time);
        await using var registration = endGrace.Register(operation.EndGrace).ConfigureAwait(false);
        return await Task.Factory.StartNew(
            operation.Run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).ConfigureAwait(false);
    }
}
