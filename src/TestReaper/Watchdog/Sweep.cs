using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Watchdog;

/// <summary>
/// Finds what dead hosts have left whose watchdog died as well, and reaps it. A ledger only says where to look: a process is
/// touched if it carries the scope of that server, or is in the container that was made for it.
/// </summary>
/// <param name="platform">The operating system.</param>
/// <param name="logger">Told what is found.</param>
/// <param name="ledgers">The directory of the ledgers; null for the user's.</param>
internal sealed class Sweep(IProcessPlatform platform, ILogger logger, string? ledgers = null)
{
    private static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Never throws: what could not be reaped is said, and tried again by the next one.</summary>
    /// <param name="alsoLiving">Whether the servers of hosts that live are reaped, too; never those of this process.</param>
    /// <returns>A report for each server of which something was left.</returns>
    public async Task<IReadOnlyList<ReapReport>> RunAsync(bool alsoLiving = false)
    {
        var reports = new List<ReapReport>();
        foreach (var path in Ledgers())
        {
            try
            {
                reports.AddRange(await ReapAsync(path, alsoLiving).ConfigureAwait(false));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ReapTimeoutException)
            {
                logger.LogWarning("What a dead host left could not be swept ({Ledger}): {Reason}", path, error.Message);
            }
        }

        return reports;
    }

    /// <summary>The ledgers of this user that this process can make sense of, each with whether its host is dead.</summary>
    public IEnumerable<(LedgerFile Ledger, bool IsHostDead)> Read()
    {
        foreach (var path in Ledgers())
        {
            if (platform.IsPrivateFile(path) && TryRead(path) is { } ledger && ledger.Instance == platform.Instance)
            {
                using var hold = platform.TryLock(path);
                yield return (ledger, hold is not null);
            }
        }
    }

    /// <summary>Who is left of a server.</summary>
    public IReadOnlyList<ProcessEntry> Survivors(LedgerServer server)
    {
        var snapshot = new ProcessSnapshot();
        platform.Capture(snapshot);
        var contained = Container(server)?.Processes() ?? [];
        var own = Ancestry.OfThisProcess(platform);
        return [.. snapshot.Entries.Where(entry => !entry.IsGone && !own.Contains(entry.Pid) && (contained.Contains(entry.Pid) || platform.CarriesScope(entry.Pid, server.Scope) == true))];
    }

    private string[] Ledgers()
    {
        try
        {
            var directory = ledgers ?? Ledger.Directory(platform);
            return Directory.Exists(directory) && platform.IsPrivateDirectory(directory) ? Directory.GetFiles(directory, "*.ledger") : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<ReapReport>> ReapAsync(string path, bool alsoLiving)
    {
        if (!platform.IsPrivateFile(path))
        {
            logger.LogWarning("{Ledger} is no file of this user alone, and is not looked at", path);
            return [];
        }

        // Locked for as long as its host lives; and two sweeps do not meet.
        using var hold = platform.TryLock(path);
        if (hold is null && !alsoLiving)
        {
            return [];
        }

        if (TryRead(path) is not { } ledger || ledger.Instance.Boot != platform.Instance.Boot)
        {
            // Never a ledger, or of an earlier boot: nothing of it can be alive. A living host may not have written to it yet.
            if (hold is not null)
            {
                File.Delete(path);
            }

            return [];
        }

        // In another PID namespace its pids are others; somebody there will sweep.
        if (ledger.Instance != platform.Instance || ledger.Host.Pid == Environment.ProcessId)
        {
            return [];
        }

        var reports = new List<ReapReport>();
        foreach (var server in ledger.Servers)
        {
            if (await ReapAsync(server, isHostDead: hold is not null).ConfigureAwait(false) is { } report)
            {
                reports.Add(report);
            }
        }

        if (hold is not null)
        {
            if (HostMark.FindLeft(ledger, platform) is { Count: > 0 } left)
            {
                logger.LogWarning("A test host died while it launched {Count}, to be reaped now", ReapReportText.Count(left.Count));
                reports.Add(await ReapAsync(left, scope: null, container: null).ConfigureAwait(false));
            }

            File.Delete(path);
        }

        return reports;
    }

    private async Task<ReapReport?> ReapAsync(LedgerServer server, bool isHostDead)
    {
        var survivors = Survivors(server);
        var container = Container(server);
        if (survivors.Count == 0 && container?.IsPopulated() != true)
        {
            container?.TryRemove();
            return null;
        }

        logger.LogWarning(
            "A test host that {State} {Count} of its server running, to be reaped now: {CommandLine}{Gpu}",
            isHostDead ? "is dead has left" : "lives has",
            ReapReportText.Count(survivors.Count),
            server.CommandLine,
            server.Gpu is null ? "" : $" (GPU {server.Gpu})");
        return await ReapAsync(survivors, server.Scope, container).ConfigureAwait(false);
    }

    private async Task<ReapReport> ReapAsync(IReadOnlyList<ProcessEntry> survivors, string? scope, IProcessContainer? container)
    {
        using var tree = new TreeTracker(platform, scope) { Containment = new Containment(container) };
        foreach (var survivor in survivors)
        {
            tree.AddRoot(survivor.Identity);
        }

        var request = new ReapRequest(platform, tree, AtOnce, SecretMask.OfThisProcess(), logger, TimeProvider.System);
        var report = await ReapPipeline.RunAsync(request, CancellationToken.None).ConfigureAwait(false);
        container?.TryRemove();
        logger.LogInformation("{Report}", report);
        return report;
    }

    private IProcessContainer? Container(LedgerServer server) => server.Container is { } path ? platform.FindContainer(path, server.Scope) : null;

    private LedgerFile? TryRead(string path)
    {
        try
        {
            using var file = platform.OpenUnlocked(path);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return LedgerFile.Parse(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
