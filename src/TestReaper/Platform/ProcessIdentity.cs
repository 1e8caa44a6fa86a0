namespace TestReaper.Platform;

/// <summary>
/// Identifies a process: its pid, and its start time in clock ticks since boot (on Linux field 22 of <c>/proc/PID/stat</c>). A pid alone
/// is reused.
/// </summary>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    public override string ToString() => $"{Pid}@{StartTime}";
}
