namespace TestReaper.Platform;

/// <summary>The state letters of proc_pid_stat(5) with their meaning.</summary>
internal static class ProcessStates
{
    public static string Explain(ProcessEntry entry) => entry.State switch
    {
        'R' => "R (running)",
        'S' => "S (sleeping)",
        'D' => "D (uninterruptible sleep)",
        'T' => "T (stopped by a signal)",
        't' => "t (stopped by a debugger)",
        'Z' when entry.Threads > 1 => "Z (main thread exited, others are alive)",
        'Z' => "Z (exited, not yet waited for)",
        'X' => "X (dead)",
        'I' => "I (idle)",
        _ => entry.State.ToString(),
    };
}
