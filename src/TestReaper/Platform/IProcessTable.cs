namespace TestReaper.Platform;

/// <summary>Reads which processes run and what they are. A process that has vanished is an ordinary result, never an exception.</summary>
internal interface IProcessTable
{
    /// <summary>This boot and this PID namespace: where pids have the meaning that they have for this process.</summary>
    HostInstance Instance { get; }

    /// <summary>The start time that a process created now would get.</summary>
    ulong CurrentTime { get; }

    /// <summary>Which processes cannot be seen, as a clause for the report that begins with a semicolon; empty if all can be seen.</summary>
    string VisibilityLimits { get; }

    /// <summary>
    /// Reads all visible processes into <paramref name="snapshot"/>. Those in <paramref name="unrelated"/> are copied from it, not read.
    /// </summary>
    void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null);

    /// <summary>Reads one process.</summary>
    ReadOutcome TryRead(int pid, out ProcessEntry entry);

    /// <summary>The command line with single spaces; the name in brackets, or an empty string, where it cannot be read.</summary>
    string CommandLine(int pid);

    /// <summary>
    /// The command lines of many processes, with a NUL between two arguments, in one bounded time; null for one that cannot be read in it.
    /// </summary>
    string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null);

    /// <summary>The arguments of a process, its own name first; empty where they cannot be read.</summary>
    IReadOnlyList<string> Arguments(int pid);

    /// <summary>The file that a process executes; null where it cannot be read.</summary>
    string? ExecutablePath(int pid);

    /// <summary>The environment that a process was started with; empty where it cannot be read.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Environment(int pid);

    /// <summary>The program's name in brackets, which can be read even where the command line cannot; empty if there is no process.</summary>
    string BracketedName(int pid);

    /// <summary>The program's name; null where it cannot be read.</summary>
    string? ShortName(int pid);

    /// <summary>The kernel function that a process sleeps in; null where the kernel does not show it.</summary>
    string? WaitChannel(int pid);

    /// <summary>Reads what explains why a process does not exit.</summary>
    ProcessDetails Describe(int pid);

    /// <summary>Converts a start time to a date; null where the clocks cannot be compared.</summary>
    DateTimeOffset? ToWallClock(ulong startTime);

    /// <summary>Whether the process runs as the user of this one.</summary>
    bool IsOfThisUser(int pid);

    /// <summary>Whether a PID namespace holds processes; null where not all processes of the machine can be seen.</summary>
    bool? HasProcessesIn(string pidNamespace);
}
