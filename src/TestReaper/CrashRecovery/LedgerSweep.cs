using Microsoft.Extensions.Logging;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.CrashRecovery;

/// <summary>Reaps what stands in one ledger, and takes the file away when nothing of it is left.</summary>
internal sealed class LedgerSweep(IProcessPlatform platform, ILogger logger, LeftoverReap reap)
{
    /// <exception cref="IOException">It could not be read to its end.</exception>
    public static LedgerFile? Read(string path, IProcessPlatform platform)
    {
        using var file = platform.Files.OpenUnlocked(path);
        return LedgerFile.Read(file);
    }

    /// <param name="path">The ledger.</param>
    /// <param name="alsoLiving">Whether that of a host that lives is taken as well.</param>
    /// <param name="reports">Gets one for each server of which something was left, also where this throws.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="AggregateException">Not all could be reaped.</exception>
    public async Task RunAsync(string path, bool alsoLiving, List<ReapReport> reports)
    {
        if (!platform.Files.IsPrivateFile(path))
        {
            logger.LogWarning("{Ledger} is no file of this user alone, and is not looked at", path);
            return;
        }

        // Locked for as long as its host lives; and two sweeps do not meet.
        using var hold = platform.Files.TryLock(path);
        if (hold is null && !alsoLiving)
        {
            return;
        }

        if (Read(path, platform) is not { } ledger || ledger.Instance.Boot != platform.Processes.Instance.Boot)
        {
            // No ledger, or one of an earlier boot: nothing of it can be alive. A living host may not have written to it yet.
            if (hold is not null)
            {
                File.Delete(path);
            }

            return;
        }

        // In another PID namespace its pids mean other processes; a sweep there takes it.
        if (ledger.Instance != platform.Processes.Instance)
        {
            if (hold is not null && OtherNamespaceLedger.IsForgotten(path, ledger, platform))
            {
                File.Delete(path);
            }

            return;
        }

        if (ledger.Host.Pid == Environment.ProcessId)
        {
            return;
        }

        if (await ReapAsync(ledger, isHostDead: hold is not null, reports).ConfigureAwait(false) && hold is not null)
        {
            File.Delete(path);
        }
    }

    private async Task<bool> ReapAsync(LedgerFile ledger, bool isHostDead, List<ReapReport> reports)
    {
        var (isAllGone, failures) = (true, new List<Exception>());
        var leftovers = new Leftovers(platform);
        foreach (var server in ledger.Servers)
        {
            try
            {
                var (report, isGone) = await reap.RunAsync(server, leftovers, isHostDead).ConfigureAwait(false);
                isAllGone &= isGone;
                reports.AddRange(report is null ? [] : [report]);
            }
            catch (ReapTimeoutException survivors)
            {
                // The others are tried all the same.
                failures.Add(survivors);
            }
        }

        if (isHostDead && HostMemoryTag.FindLeft(ledger, platform) is { Count: > 0 } left)
        {
            logger.LogWarning("A test host died while it launched {Count}, to be reaped now", ReapReportText.Count(left.Count));
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
