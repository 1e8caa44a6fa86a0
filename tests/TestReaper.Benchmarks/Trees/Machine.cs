using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Benchmarks.Trees;

/// <summary>
/// Waits until init has collected the orphans of the previous runs. Some inits do that once a second. Until then each zombie makes
/// every pass over /proc longer, like a living process does. The contestants in C and Python wait in the same way.
/// </summary>
internal static class Machine
{
    private const int Init = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Interval = TimeSpan.FromMilliseconds(20);
    private static readonly int ZombiesAtStart = CountOrphanedZombies();

    public static async Task SettleAsync()
    {
        for (var start = Stopwatch.GetTimestamp();
            CountOrphanedZombies() > ZombiesAtStart && Stopwatch.GetElapsedTime(start) < Patience;)
        {
            await Task.Delay(Interval);
        }
    }

    private static int CountOrphanedZombies()
    {
        var snapshot = new ProcessSnapshot();
        ProcFs.Capture(snapshot);
        return snapshot.Entries.Count(entry => entry.ParentPid == Init && entry.IsGone);
    }
}
