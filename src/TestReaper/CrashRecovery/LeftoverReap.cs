using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Servers;

namespace TestReaper.CrashRecovery;

/// <summary>Reaps what a dead host left of one server, and logs it.</summary>
internal sealed class LeftoverReap(IProcessPlatform platform, ILogger logger, TimeSpan timeout)
{
    private readonly ReapOptions _options = new() { GracePeriod = TimeSpan.Zero, Timeout = timeout };

    /// <summary>The cgroup of a server; null if it had none, or it is gone.</summary>
    public static IProcessContainer? FindContainer(LedgerServer server, IProcessPlatform platform) =>
        server.Container is { } path ? platform.Containers.Find(path, server.Scope) : null;

    /// <returns>The report, null if no process was left, and whether nothing is left now.</returns>
    /// <exception cref="ReapTimeoutException">A process did not die.</exception>
    public async Task<(ReapReport? Report, bool IsAllGone)> RunAsync(LedgerServer server, LeftoverSearch search, bool isHostDead)
    {
        var container = FindContainer(server, platform);
        var leftovers = search.Find(server, container);
        var ancestors = search.FindOwnAncestors(server, container);
        if (leftovers.Count == 0 && (ancestors.Count > 0 || container?.IsPopulated() != true))
        {
            if (ancestors.Count == 0)
            {
                LeftoverMemory.Remove(server, platform, logger);
                RemoveDirectories(server, isHostDead);
            }

            return (null, ancestors.Count == 0 && container?.TryRemove() != false);
        }

        logger.LogWarning(
            "A test host that {State} {Count} of its server running, to be reaped now: {CommandLine}{Gpu}",
            isHostDead ? "is dead has left" : "lives has",
            ReapReportText.Count(leftovers.Count),
            server.CommandLine,
            server.Gpu is null ? "" : $" (GPU {server.Gpu})");
        if (ancestors.Count == 0)
        {
            var report = await RunAsync(leftovers, server.Scope, container, []).ConfigureAwait(false);
            LeftoverMemory.Remove(server, platform, logger);
            RemoveDirectories(server, isHostDead);
            return (report, true);
        }

        // The cgroup and the scope include this process, too. So only the processes that were found are killed, with their descendants.
        logger.LogWarning(
            "This process is a descendant of that server: its ancestors {Ancestors} and its own children are not killed. "
            + "Run testreaper sweep after this process has exited.",
            string.Join(", ", ancestors.Select(ancestor => ancestor.Pid)));
        return (await RunAsync(leftovers, scope: null, container: null, search.OwnFamily).ConfigureAwait(false), false);
    }

    // A living host removes the directories itself, or keeps them for inspection after a failure.
    private void RemoveDirectories(LedgerServer server, bool isHostDead)
    {
        foreach (var kind in isHostDead ? OwnDirectoryKind.All : [])
        {
            if (OwnDirectory.Remove(kind, platform, kind.PathOf(platform, server.Scope), timeout) is { } swept)
            {
                logger.LogWarning(
                    "The {Purpose} of a dead test host's server: {Condition} ({CommandLine})",
                    kind.Purpose, swept.ToString(), server.CommandLine);
            }
        }
    }

    /// <exception cref="ReapTimeoutException">A process did not die.</exception>
    public async Task<ReapReport> RunAsync(
        IReadOnlyList<ProcessEntry> leftovers, string? scope, IProcessContainer? container, IEnumerable<int> spared)
    {
        using var tree = new TreeTracker(platform, scope, spared)
        {
            Containment = new Containment(container),
            Mask = ProcessSecrets.MaskOf(platform, leftovers.Select(leftover => leftover.Pid)),
            Spare = entry => BuildServers.Is(platform.Processes.Arguments(entry.Pid)),
        };
        foreach (var leftover in leftovers)
        {
            tree.AddRoot(leftover.Identity);
        }

        var request = new ReapRequest(platform, tree, _options, logger, TimeProvider.System);
        var report = await ReapPipeline.RunAsync(request, CancellationToken.None).ConfigureAwait(false);
        container?.TryRemove();
        logger.LogInformation("{Report}", report);
        return report;
    }
}
