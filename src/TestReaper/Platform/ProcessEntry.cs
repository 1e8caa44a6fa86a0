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

    /// <summary>Differs from exec to exec, where the kernel shows the addresses; 0 where not.</summary>
    public ulong Image { get; init; }

    /// <summary>
    /// No thread is left to hold anything. A zombie leader with a living thread still holds its locks, ports and memory
    /// while <c>/proc</c> says <c>Z</c>, hence the thread count.
    /// </summary>
    public bool IsGone => State is 'Z' or 'X' && Threads <= 1;
}
