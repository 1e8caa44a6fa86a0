using Microsoft.Extensions.Logging;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Servers.Starting;

namespace TestReaper.CrashRecovery;

/// <summary>Reaps what is left of one server, and logs it.</summary>
/// <param name="platform">The operating system.</param>
/// <param name="logger">Gets what is found.</param>
/// <param name="timeout">How long it may take to die.</param>
internal sealed class LeftoverReap(IProcessPlatform platform, ILogger logger, TimeSpan timeout)
{
    private readonly ReapOptions _options = new() { GracePeriod = TimeSpan.Zero, Timeout = timeout };

    /// <summary>The container of a server; null if it had none, or it is gone.</summary>
    public IProcessContainer? Container(LedgerServer server) =>
        server.Container is { } path ? platform.Containers.Find(path, server.Scope) : null;

    /// <returns>The report, null if nothing was there, and whether nothing is left.</returns>
    /// <exception cref="ReapTimeoutException">Something did not die.</exception>
    public async Task<(ReapReport? Report, bool IsAllGone)> RunAsync(LedgerServer server, Leftovers leftovers, bool isHostDead)
    {
        var container = Container(server);
        var survivors = leftovers.Of(server, container);
        var ancestors = leftovers.OwnLineOf(server, container);
        if (survivors.Count == 0 && (ancestors.Count > 0 || container?.IsPopulated() != true))
        {
            if (ancestors.Count == 0)
            {
                LeftoverMemory.Remove(server, platform, logger);
                RemoveTemp(server, isHostDead);
            }

            return (null, ancestors.Count == 0 && container?.TryRemove() != false);
        }

        logger.LogWarning(
            "A test host that {State} {Count} of its server running, to be reaped now: {CommandLine}{Gpu}",
            isHostDead ? "is dead has left" : "lives has",
            ReapReportText.Count(survivors.Count),
            server.CommandLine,
            server.Gpu is null ? "" : $" (GPU {server.Gpu})");
        if (ancestors.Count == 0)
        {
            var report = await RunAsync(survivors, server.Scope, container, []).ConfigureAwait(false);
            LeftoverMemory.Remove(server, platform, logger);
            RemoveTemp(server, isHostDead);
            return (report, true);
        }

        // The container and the scope have this process, too: only those that were found are killed, one by one, with what is below them.
        logger.LogWarning(
            "This process runs below that server: it leaves its ancestors {Ancestors} and its own children alone. "
            + "When it has ended, testreaper sweep reaps them.",
            string.Join(", ", ancestors.Select(ancestor => ancestor.Pid)));
        return (await RunAsync(survivors, scope: null, container: null, leftovers.Own).ConfigureAwait(false), false);
    }

    // A host that lives removes it by itself, or keeps it for people after a failure.
    private void RemoveTemp(LedgerServer server, bool isHostDead)
    {
        if (isHostDead && PrivateTemp.Sweep(platform, server.Scope, timeout) is { } swept)
        {
            logger.LogWarning(
                "The temporary files of a dead test host's server: {Condition} ({CommandLine})", swept.ToString(), server.CommandLine);
        }
    }

    /// <exception cref="ReapTimeoutException">Something did not die.</exception>
    public async Task<ReapReport> RunAsync(
        IReadOnlyList<ProcessEntry> survivors, string? scope, IProcessContainer? container, IEnumerable<int> spared)
    {
        using var tree = new TreeTracker(platform, scope, spared)
        {
            Containment = new Containment(container),
            Mask = ProcessSecrets.MaskOf(platform, survivors.Select(survivor => survivor.Pid)),
            Spare = entry => BuildServers.Is(platform.Processes.Arguments(entry.Pid)),
        };
        foreach (var survivor in survivors)
        {
            tree.AddRoot(survivor.Identity);
        }

        var request = new ReapRequest(platform, tree, _options, logger, TimeProvider.System);
        var report = await ReapPipeline.RunAsync(request, CancellationToken.None).ConfigureAwait(false);
        container?.TryRemove();
        logger.LogInformation("{Report}", report);
        return report;
    }
}
