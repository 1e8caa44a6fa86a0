namespace TestReaper.Platform;

/// <summary>Reads of a process that is known by its identity: its pid may belong to another process by now.</summary>
internal static class LivingProcesses
{
    /// <returns>False if the process is gone, or cannot be read.</returns>
    public static bool TryReadLiving(this IProcessTable processes, ProcessIdentity identity, out ProcessEntry entry) =>
        processes.TryRead(identity.Pid, out entry) == ReadOutcome.Read && entry.Identity == identity && !entry.IsGone;

    /// <returns>False also if the process cannot be read.</returns>
    public static bool IsAlive(this IProcessTable processes, ProcessIdentity identity) => processes.TryReadLiving(identity, out _);
}
