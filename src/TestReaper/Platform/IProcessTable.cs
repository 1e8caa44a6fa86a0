namespace TestReaper.Platform;

/// <summary>Reads which processes run and what they are. A process that has vanished is an ordinary result, never an exception.</summary>
internal interface IProcessTable
{
    /// <summary>This boot and this PID namespace: the range in which the pids of this process are valid.</summary>
    HostInstance Instance { get; }

    /// <summary>The highest pid of a process of the system itself, whose end is the end of everything.</summary>
    int LastSystemPid => 1;

    /// <summary>The start time that a process created now would get.</summary>
    ulong CurrentTime { get; }

    /// <summary>Which processes are not visible, as a clause for the report that begins with a semicolon; empty if all are.</summary>
    string VisibilityLimits { get; }

    /// <summary>
    /// Reads all visible processes into <paramref name="snapshot"/>. Those in <paramref name="unrelated"/> are copied from it, not read.
    /// </summary>
    void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null);

    /// <summary>Reads one process.</summary>
    ReadOutcome TryRead(int pid, out ProcessEntry entry);

    /// <summary>The command line with single spaces; the name in brackets, or an empty string, if it cannot be read.</summary>
    string CommandLine(int pid);

    /// <summary>
    /// The command lines of many processes, with a NUL between two arguments, in one bounded time; null for one that cannot be read in it.
    /// </summary>
    string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null);

    /// <summary>The arguments of a process, its own name first; empty if they cannot be read.</summary>
    IReadOnlyList<string> Arguments(int pid);

    /// <summary>The file that a process executes; null if it cannot be read.</summary>
    string? ExecutablePath(int pid);

    /// <summary>The paths of the files that a process maps, such as shared libraries; empty if they cannot be read in time.</summary>
    IReadOnlyList<string> MappedFiles(int pid) => [];

    /// <summary>
    /// The paths of the files that many processes have open, in one bounded time; null for a process whose files cannot be read in it.
    /// </summary>
    IReadOnlyList<string>?[] OpenPaths(IReadOnlyList<int> pids);

    /// <summary>
    /// The environment that a process was started with; empty if this user may not read it; null if the process gave no answer in time.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, string>>? Environment(int pid);

    /// <summary>The program's name in brackets, readable even if the command line is not; empty if there is no such process.</summary>
    string BracketedName(int pid);

    /// <summary>The program's name; null if it cannot be read.</summary>
    string? ShortName(int pid);

    /// <summary>The kernel function that a process sleeps in; null if the kernel does not show it.</summary>
    string? WaitChannel(int pid);

    /// <summary>Reads what may explain why a process does not exit.</summary>
    ProcessDetails Describe(int pid);

    /// <summary>The most memory that a process has had resident at once, in bytes; null if it cannot be read.</summary>
    long? PeakResidentBytes(int pid);

    /// <summary>Converts a start time to a date; null if the clocks cannot be compared.</summary>
    DateTimeOffset? ToWallClock(ulong startTime);

    /// <summary>Whether the process runs as the user of this one.</summary>
    bool IsOfThisUser(int pid);

    /// <summary>Whether a PID namespace holds processes; null if not all processes of the machine are visible.</summary>
    bool? HasProcessesIn(string pidNamespace);
}
