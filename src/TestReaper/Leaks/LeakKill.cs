using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>Kills the processes that a class left, so that the next class does not fail for them.</summary>
internal static class LeakKill
{
    // The timeout is that of the kill. The memory of GPUs has its own, which is longer.
    private static readonly ReapOptions Immediate = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Kills the trees that TestReaper started, then the other processes, each with its descendants.</summary>
    /// <remarks>What may stay is spared with its descendants, including those that it forks during the kill.</remarks>
    /// <returns>Null if everything is gone and what it held is free, else what to write after "They were killed".</returns>
    public static async Task<LeakKillFailure?> RunAsync(
        IProcessPlatform platform,
        IReadOnlyList<ProcessEntry> left,
        IReadOnlyList<LiveTree> trees,
        Func<ProcessEntry, bool> mayStay,
        TimeProvider? time = null)
    {
        // Read while the processes live.
        var mask = ProcessSecrets.MaskOf(platform, left.Select(entry => entry.Pid));
        var failures = new List<Exception>();
        foreach (var tree in trees)
        {
            await failures.CollectAsync(tree.KillAsync).ConfigureAwait(false);
        }

        using var rest = new TreeTracker(platform, scope: null) { Spare = mayStay, Mask = mask };
        foreach (var entry in left)
        {
            rest.AddRoot(entry.Identity);
        }

        var request = new ReapRequest(platform, rest, Immediate, NullLogger.Instance, time ?? TimeProvider.System);
        await failures.CollectAsync(() => ReapPipeline.RunAsync(request, CancellationToken.None)).ConfigureAwait(false);
        GpuLeaks.RemoveReported(failures);
        return failures.Count == 0 ? null : new LeakKillFailure(
            string.Join(Environment.NewLine, failures.Select(failure => failure.Message)),
            IsAllGone: failures.TrueForAll(static failure => failure is ReapTimeoutException { Report.FailedGpus.Count: > 0 }));
    }
}

/// <summary>Why a kill of leaked processes failed.</summary>
/// <param name="Text">The messages of the failures.</param>
/// <param name="IsAllGone">Whether all processes are gone, and only memory of a GPU is not free.</param>
internal sealed record LeakKillFailure(string Text, bool IsAllGone)
{
    /// <summary>The failure of several kills; null if none failed.</summary>
    public static LeakKillFailure? Join(LeakKillFailure? first, LeakKillFailure? second) =>
        first is null || second is null
            ? first ?? second
            : new LeakKillFailure($"{first.Text}{Environment.NewLine}{second.Text}", first.IsAllGone && second.IsAllGone);
}
