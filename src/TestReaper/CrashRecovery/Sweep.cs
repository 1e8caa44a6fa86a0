using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TestReaper.CrashProtection;
using TestReaper.Platform;

namespace TestReaper.CrashRecovery;

/// <summary>
/// Finds what dead hosts have left whose watchdog died as well, and reaps it. A ledger only says where to look: a process is
/// touched if it carries the scope of that server, is in the container that was made for it, or was recorded by pid and start time.
/// </summary>
/// <param name="platform">The operating system.</param>
/// <param name="logger">Gets what is found.</param>
/// <param name="ledgers">The directory of the ledgers; null for the user's.</param>
internal sealed class Sweep(IProcessPlatform platform, ILogger logger, string? ledgers = null)
{
    // A start beside what cannot be killed: half a second for the reap, and a little for the rest.
    private static readonly TimeSpan LongReap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BriefReap = TimeSpan.FromMilliseconds(400), BriefSweep = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // When a brief sweep of this process last failed at a ledger.
    private static readonly ConcurrentDictionary<string, long> Failures = [];

    /// <summary>Never throws: what could not be reaped is logged, and the next sweep tries again.</summary>
    /// <param name="alsoLiving">Whether the servers of hosts that live are reaped, too; never those of this process.</param>
    /// <returns>A report for each server of which something was left.</returns>
    public Task<IReadOnlyList<ReapReport>> RunAsync(bool alsoLiving = false) =>
        RunAsync(alsoLiving, LongReap, static _ => true, isThorough: true);

    /// <summary>
    /// For a start, which must not wait for what does not die: it returns after a moment, and what is not done then goes on in the
    /// background. What has failed lately is left to a later one.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled; it goes on in the background.</exception>
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
            // The start goes on; the sweep logs what it finds later.
        }
    }

    /// <summary>The ledgers of this user that this process can make sense of, each with whether its host is dead.</summary>
    public IEnumerable<(LedgerFile Ledger, bool IsHostDead)> Read()
    {
        foreach (var path in Ledgers())
        {
            if (platform.Files.IsPrivateFile(path) && TryRead(path) is { } ledger && ledger.Instance == platform.Processes.Instance)
            {
                using var hold = platform.Files.TryLock(path);
                yield return (ledger, hold is not null);
            }
        }
    }

    /// <summary>The processes left of a server.</summary>
    public IReadOnlyList<ProcessEntry> Survivors(LedgerServer server) =>
        new Leftovers(platform).Of(server, new LeftoverReap(platform, logger, LongReap).Container(server));

    private static bool IsDue(string path) =>
        !Failures.TryGetValue(path, out var time) || Environment.TickCount64 - time > Pause.TotalMilliseconds;

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
                logger.LogWarning("What a dead host left could not be swept ({Ledger}): {Reason}", path, error.Message);
            }
        }

        new StateCleaning(platform, Directory).Run(isThorough);
        return reports;
    }

    private string Directory => ledgers ?? Ledger.Directory(platform);

    private string[] Ledgers()
    {
        try
        {
            return System.IO.Directory.Exists(Directory) && platform.Files.IsPrivateDirectory(Directory)
                ? System.IO.Directory.GetFiles(Directory, "*.ledger")
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private LedgerFile? TryRead(string path)
    {
        try
        {
            return LedgerSweep.Read(path, platform);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
