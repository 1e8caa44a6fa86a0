using TestReaper.CrashProtection;
using TestReaper.Platform;

namespace TestReaper.CrashRecovery;

/// <summary>Whether the ledger of a dead host in another PID namespace is still needed.</summary>
internal static class OtherNamespaceLedger
{
    // A container that runs without its test host for that long will not sweep.
    private static readonly TimeSpan Old = TimeSpan.FromDays(1);

    /// <summary>Nothing runs in its namespace any more, or that cannot be known and it has not been written for a day.</summary>
    public static bool IsForgotten(string path, LedgerFile ledger, IProcessPlatform platform) =>
        platform.Processes.HasProcessesIn(ledger.Instance.PidNamespace) is { } hasProcesses
            ? !hasProcesses
            : DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Old;
}
