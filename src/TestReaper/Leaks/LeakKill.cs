using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>Kills the processes that a class left, so that the next class does not fail for them.</summary>
internal static class LeakKill
{
    private static readonly ReapOptions Immediate = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Kills the trees that TestReaper started, then the other processes, each with its descendants.</summary>
    /// <remarks>What may stay is spared with its descendants, including those that it forks during the kill.</remarks>
    /// <returns>Null if everything is gone, else the failures.</returns>
    public static async Task<string?> RunAsync(
        IProcessPlatform platform, IReadOnlyList<ProcessEntry> left, IReadOnlyList<LiveTree> trees, Func<ProcessEntry, bool> mayStay)
    {
        var failures = new List<Exception>();
        foreach (var tree in trees)
        {
            await failures.CollectAsync(tree.KillAsync).ConfigureAwait(false);
        }

        var mask = ProcessSecrets.MaskOf(platform, left.Select(entry => entry.Pid));
        using var rest = new TreeTracker(platform, scope: null) { Spare = mayStay };
        foreach (var entry in left)
        {
            rest.AddRoot(entry.Identity);
        }

        var request = new ReapRequest(platform, rest, Immediate, NullLogger.Instance, TimeProvider.System);
        await failures.CollectAsync(() => ReapPipeline.RunAsync(request, CancellationToken.None)).ConfigureAwait(false);
        return failures.Count == 0 ? null : string.Join(Environment.NewLine, failures.Select(failure => failure.Message));
    }
}
