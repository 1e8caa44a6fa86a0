using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.CrashRecovery;

/// <summary>
/// Removes the shared memory of a server whose host and processes are dead. An object is removed only if the kernel lists it, if it is
/// the object that the ledger describes, and if no process has it open.
/// </summary>
internal static class LeftoverMemory
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static void Remove(LedgerServer server, IProcessPlatform platform, ILogger logger)
    {
        if (server.Memory.Count == 0 || platform.SharedMemory is not { } memory)
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var recorded = server.Memory.ToLookup(item => item.Key.Identity);
        foreach (var key in memory.List())
        {
            if (recorded[key.Identity].Any() && memory.Describe(key) is { } now && recorded[key.Identity].Any(now.IsSameAs))
            {
                var removal = memory.Remove(now);
                while (removal.Outcome == SharedMemoryOutcome.InUse
                    && Stopwatch.GetElapsedTime(start) < SharedMemoryRemoval.MomentaryUse)
                {
                    ThreadPause.For(Pause);
                    removal = memory.Remove(now);
                }

                logger.LogWarning(
                    "Shared memory {Name} ({Size}) of a dead test host's server {Outcome}: {CommandLine}",
                    key.ToString(),
                    FoundMemory.Size(now.Size),
                    Describe(removal),
                    server.CommandLine);
            }
        }
    }

    private static string Describe(SharedMemoryRemoval removal) => removal.Outcome switch
    {
        SharedMemoryOutcome.Removed => "was removed",
        SharedMemoryOutcome.Gone => "is gone",
        SharedMemoryOutcome.InUse => "was left alone, since a process uses it",
        _ => $"was left alone, {removal.Reason}",
    };
}
