namespace TestReaper.Platform;

/// <summary>
/// Identifies a process: its pid, and its start time in the unit of the system: on Linux clock ticks since boot (field 22 of
/// <c>/proc/PID/stat</c>), on Windows 100 ns since 1601, on macOS microseconds since 1970. A pid alone is reused.
/// </summary>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    public override string ToString() => $"{Pid}@{StartTime}";
}
