namespace TestReaper;

/// <summary>One process of a reaped tree.</summary>
public sealed record ReapedProcess
{
    /// <summary>Its process id. It may have been given to another process since.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The process id of its parent when it was found; 0 for a root.</summary>
    public int ParentProcessId { get; init; }

    /// <summary>Its command line, secrets masked; empty if it was found after its exit.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Which layer found it: root, parent, group, session, scope or cgroup. With the last four, it had left its parent.</summary>
    public required string FoundBy { get; init; }

    /// <summary>How long it took to be gone, from the first signal of the reap; zero if it was gone before.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether it had to be killed; false if it exited by itself or on the stop signal.</summary>
    public bool WasKilled { get; init; }
}
