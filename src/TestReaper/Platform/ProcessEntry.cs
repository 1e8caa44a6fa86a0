namespace TestReaper.Platform;

/// <summary>One process as the kernel described it at one moment.</summary>
internal readonly record struct ProcessEntry(
    ProcessIdentity Identity,
    int ParentPid,
    int GroupId,
    int SessionId,
    char State,
    int Threads,
    long ResidentPages)
{
    public int Pid => Identity.Pid;

    /// <summary>Changes with each exec; 0 if the kernel does not show the addresses.</summary>
    public ulong Image { get; init; }

    /// <summary>The CPU time of all its threads, also of those that have ended; without its children.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>
    /// Whether no thread is left that could hold anything. While another thread is alive, a process whose main thread has exited still
    /// holds its locks, ports and memory, and its state is <c>Z</c>. So the thread count decides.
    /// </summary>
    public bool IsGone => State is 'Z' or 'X' && Threads <= 1;
}
