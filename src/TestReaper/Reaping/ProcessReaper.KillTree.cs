using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Gpu.Quarantine;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Secrets;

namespace TestReaper;

/// <content>Kills trees that other code started.</content>
public sealed partial class ProcessReaper
{
    /// <summary>Kills the tree of a process that was started elsewhere, and waits until all of it is gone.</summary>
    /// <remarks>
    /// The tree is what can be found now: descendants by parent, group and session. A descendant that has already left by
    /// double fork and setsid is not found; <see cref="ServerProcess"/> and <see cref="Start"/> find those of what they start.
    /// </remarks>
    /// <param name="processId">The root, 2 or more. If it does not exist, the call succeeds with an empty report.</param>
    /// <param name="includeRoot">Whether the root is killed, too.</param>
    /// <param name="except">Pids to leave alone. Their descendants are killed.</param>
    /// <param name="options">Null: the defaults, with a <see cref="ReapOptions.GracePeriod"/> of zero.</param>
    /// <param name="logger">Gets the warning that the kill takes long; null for none.</param>
    /// <param name="cancellationToken">Ends the grace period; it never ends the reap itself.</param>
    /// <returns>What was found and done.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="processId"/> or a time span is out of its range.</exception>
    /// <exception cref="ArgumentException"><paramref name="processId"/> is this process or one of its ancestors.</exception>
    /// <exception cref="ReapTimeoutException">A process or a resource is left after <see cref="ReapOptions.Timeout"/>.</exception>
    public static async Task<ReapReport> KillTreeAsync(
        int processId,
        bool includeRoot = true,
        IReadOnlyCollection<int>? except = null,
        ReapOptions? options = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        var platform = ProcessPlatform.Current;
        options ??= new ReapOptions { GracePeriod = TimeSpan.Zero };
        options.Validate();
        ReapTarget.Require(platform, processId, nameof(processId));
        if (platform.Processes.TryRead(processId, out var root) != ReadOutcome.Read || !ReapTarget.IsProcess(platform, root))
        {
            return ReapReportBuilder.WithoutReap($"there is no process {processId}");
        }

        int[] spared = [.. except ?? [], .. includeRoot ? [] : (int[])[processId]];
        using var tree = new TreeTracker(platform, scope: null, spared)
        {
            Spare = SparedSubtrees.ByName(platform, options.Spare),
            Mask = ProcessSecrets.MaskOf(platform, [processId]),
        };
        tree.AddRoot(root.Identity);
        var request = new ReapRequest(platform, tree, options, logger ?? NullLogger.Instance, TimeProvider.System);
        var owner = TreeOwner.Current;
        try
        {
            return await ReapPipeline.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ReapTimeoutException error)
        {
            GpuLeaks.Add(tree, owner, error);
            GpuQuarantine.Add(owner?.Name ?? $"ProcessReaper.KillTreeAsync of process {processId}", error.Report.FailedGpus);
            throw;
        }
    }
}
