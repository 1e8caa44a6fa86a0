using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.CrashRecovery;

/// <summary>Reaps the servers of one ledger, and deletes the file when nothing of them is left.</summary>
internal sealed class LedgerSweep(IProcessPlatform platform, ILogger logger, LeftoverReap reap)
{
    // A test host in a container that has been gone for a day runs no sweep of its own.
    private static readonly TimeSpan ForgottenAge = TimeSpan.FromDays(1);

    /// <exception cref="IOException">The file could not be read to its end.</exception>
    public static LedgerFile? Read(string path, IProcessPlatform platform)
    {
        using var file = platform.Files.OpenUnlocked(path);
        return LedgerFile.Read(file);
    }

    /// <param name="path">The ledger.</param>
    /// <param name="alsoLiving">Whether servers of a living host are reaped, too.</param>
    /// <param name="reports">Gets a report for each server of which something was left, even if this method throws.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    /// <exception cref="ReapTimeoutException">One server could not be reaped.</exception>
    /// <exception cref="AggregateException">Several servers could not be reaped.</exception>
    public async Task RunAsync(string path, bool alsoLiving, List<ReapReport> reports)
    {
        if (!platform.Files.IsPrivateFile(path))
        {
            logger.LogWarning("{Ledger} is ignored: other users can access it", path);
            return;
        }

        // The host holds the lock while it lives. The lock also keeps two sweeps apart.
        using var hold = platform.Files.TryLock(path);
        if (hold is null && !alsoLiving)
        {
            return;
        }

        var here = platform.Processes.Instance;
        var isDone = Read(path, platform) switch
        {
            // Invalid, or of an earlier boot: nothing of it can be alive. The file of a living host may still be empty.
            null => true,
            { Instance.Boot: var boot } when boot != here.Boot => true,

            // In another PID namespace its pids name other processes. A sweep in that namespace handles it.
            { Instance: var other } ledger when other != here => IsForgotten(path, ledger),
            { Host.Pid: var pid } when pid == Environment.ProcessId => false,
            { } ledger => await ReapAsync(ledger, isHostDead: hold is not null, reports).ConfigureAwait(false),
        };
        if (isDone && hold is not null)
        {
            File.Delete(path);
        }
    }

    // Nothing runs in the namespace of the ledger. If that is unknown, its age decides.
    private bool IsForgotten(string path, LedgerFile ledger) =>
        platform.Processes.HasProcessesIn(ledger.Instance.PidNamespace) is { } hasProcesses
            ? !hasProcesses
            : DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > ForgottenAge;

    private async Task<bool> ReapAsync(LedgerFile ledger, bool isHostDead, List<ReapReport> reports)
    {
        var (isAllGone, failures) = (true, new List<Exception>());
        var search = new LeftoverSearch(platform);
        foreach (var server in ledger.Servers)
        {
            try
            {
                var (report, isGone) = await reap.RunAsync(server, search, isHostDead).ConfigureAwait(false);
                isAllGone &= isGone;
                reports.AddRange(report is null ? [] : [report]);
            }
            catch (ReapTimeoutException error)
            {
                failures.Add(error);
            }
        }

        if (isHostDead && HostMemoryTag.FindProcesses(ledger, platform) is { Count: > 0 } left)
        {
            logger.LogWarning("A test host died during the launch of {Count}, which are reaped now", ReapReportText.Count(left.Count));
            reports.Add(await reap.RunAsync(left, scope: null, container: null, spared: []).ConfigureAwait(false));
        }

        return failures.Count switch
        {
            0 => isAllGone,
            1 => throw failures[0],
            _ => throw new AggregateException(string.Join(Environment.NewLine, failures.Select(failure => failure.Message)), failures),
        };
    }
}
