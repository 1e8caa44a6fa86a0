using System.Collections.Concurrent;
using TestReaper.CrashProtection;
using TestReaper.Platform;

namespace TestReaper.CrashRecovery;

/// <summary>The sweep: finds servers of dead hosts whose watchdog died too, and reaps them.</summary>
/// <remarks>
/// Constraint. The OOM killer, a CI agent or a user can kill the watchdog together with the host, and the servers survive both.
/// Pids in the ledger may have been reused since, other users may own other files in the same directories, and the sweep itself may run
/// inside a tree that a dead host has left.
/// <para>
/// Scheme. Each ledger in the state directory that is not locked belongs to a dead host (<see cref="Ledger"/>). For each of its servers,
/// <see cref="LedgerSweep"/> finds the processes by scope id, cgroup, or pid with start time (<see cref="LeftoverSearch"/>), reaps them
/// through the ordinary pipeline without a grace period (<see cref="LeftoverReap"/>), and removes shared memory and temporary files.
/// Then it deletes the ledger. <see cref="StateCleaning"/> deletes lock files, gates and empty cgroups.
/// </para>
/// <para>
/// It runs at two times. A start of a fixture runs it briefly: 0.4 s for each reap and 0.6 s in all; the rest continues in the background,
/// and a ledger that failed is skipped for a minute. <c>testreaper sweep</c> runs it thoroughly: 30 s for each reap.
/// </para>
/// <para>
/// Invariants. (1) A process is signalled only if it carries the scope in its environment, is in the cgroup named after the scope, has
/// the recorded pid and start time, descends from such a process, or is in the memory of the dead host; the ledger alone is never
/// enough. (2) This process, its ancestors and build servers are never killed. (3) Servers of a living host are untouched, unless the
/// caller asks for them. (4) A ledger is deleted only after a complete read, and when nothing of it is left. (5) An error at one ledger
/// doesn't affect the others.
/// </para>
/// <para>https://man7.org/linux/man-pages/man2/flock.2.html, https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html</para>
/// </remarks>
internal sealed class Sweep(IProcessPlatform platform, ILogger logger, string? ledgers = null)
{
    private static readonly TimeSpan LongReap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BriefReap = TimeSpan.FromMilliseconds(400), BriefSweep = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    // The time of the last failure for each ledger, in this process.
    private static readonly ConcurrentDictionary<string, long> Failures = [];

    /// <summary>Sweeps thoroughly. Never throws: failures are logged, and the next sweep tries again.</summary>
    /// <param name="alsoLiving">Whether servers of living hosts are reaped, too; never those of this process.</param>
    /// <returns>A report for each server of which something was left.</returns>
    public Task<IReadOnlyList<ReapReport>> RunAsync(bool alsoLiving = false) =>
        RunAsync(alsoLiving, LongReap, static _ => true, isThorough: true);

    /// <summary>
    /// Sweeps briefly, before a start: it returns after 0.6 s at most, and the rest continues in the background. Ledgers that failed in the
    /// last minute are skipped.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled. The sweep continues in the background.</exception>
    public async Task RunBrieflyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var run = Task.Run(() => RunAsync(alsoLiving: false, BriefReap, IsDue, isThorough: false), CancellationToken.None);
        try
        {
            await run.WaitAsync(BriefSweep, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The sweep continues in the background and logs what it finds.
        }
    }

    /// <summary>The ledgers of this user, boot and PID namespace, each with whether its host is dead.</summary>
    public IEnumerable<(LedgerFile Ledger, bool IsHostDead)> Read()
    {
        foreach (var path in Ledgers())
        {
            if (platform.Files.IsPrivateFile(path)
                && Accessible.OrDefault(() => LedgerSweep.Read(path, platform)) is { } ledger
                && ledger.Instance == platform.Processes.Instance)
            {
                using var hold = platform.Files.TryLock(path);
                yield return (ledger, hold is not null);
            }
        }
    }

    /// <summary>Finds the living processes of a server.</summary>
    public IReadOnlyList<ProcessEntry> FindLeftovers(LedgerServer server) =>
        new LeftoverSearch(platform).Find(server, LeftoverReap.FindContainer(server, platform));

    private static bool IsDue(string path) =>
        !Failures.TryGetValue(path, out var time) || Environment.TickCount64 - time > RetryInterval.TotalMilliseconds;

    private async Task<IReadOnlyList<ReapReport>> RunAsync(bool alsoLiving, TimeSpan timeout, Func<string, bool> isDue, bool isThorough)
    {
        var reports = new List<ReapReport>();
        foreach (var path in Ledgers().Where(isDue))
        {
            try
            {
                var reap = new LeftoverReap(platform, logger, timeout);
                await new LedgerSweep(platform, logger, reap).RunAsync(path, alsoLiving, reports).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Whatever the error, the other ledgers are still swept.
                Failures[path] = Environment.TickCount64;
                logger.LogWarning("The servers of a dead host could not be swept ({Ledger}): {Reason}", path, error.Message);
            }
        }

        new StateCleaning(platform, Directory).Run(isThorough);
        return reports;
    }

    private string Directory => ledgers ?? Ledger.Directory(platform);

    private string[] Ledgers() =>
        Accessible.OrDefault(() => System.IO.Directory.Exists(Directory) && platform.Files.IsPrivateDirectory(Directory)
            ? System.IO.Directory.GetFiles(Directory, "*.ledger") : null) ?? [];
}
