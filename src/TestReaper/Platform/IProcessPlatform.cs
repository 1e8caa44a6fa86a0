using System.Net;
using System.Runtime.InteropServices;
using TestReaper.Processes;

namespace TestReaper.Platform;

/// <summary>What the reaper asks of an operating system. One implementation a system, chosen in <see cref="ProcessPlatform"/>.</summary>
internal interface IProcessPlatform
{
    /// <summary>How exits are waited for, in words for the report.</summary>
    string WaitMechanism { get; }

    /// <summary>Which processes cannot be seen from here, in words for the report, after a semicolon; empty if none.</summary>
    string Blindness => "";

    /// <summary>Reads all visible processes into <paramref name="snapshot"/>, except those that are settled: they are taken over.</summary>
    void Capture(ProcessSnapshot snapshot, SettledProcesses? settled = null);

    /// <summary>Reads one process.</summary>
    ReadOutcome TryRead(int pid, out ProcessEntry entry);

    /// <summary>The command line with single spaces; the name in brackets, or nothing, where it cannot be read.</summary>
    string CommandLine(int pid);

    /// <summary>The arguments of a process, its own name first; empty where they cannot be read.</summary>
    IReadOnlyList<string> Arguments(int pid) => CommandLine(pid) is { Length: > 0 } line ? line.Split(' ') : [];

    /// <summary>The file that a process executes; null where that cannot be read.</summary>
    string? ExecutablePath(int pid) => null;

    /// <summary>The environment that a process was started with; empty where it cannot be read.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Environment(int pid) => [];

    /// <summary>The name of its program in brackets, readable also where the command line is not; empty if it does not exist.</summary>
    string Name(int pid) => "";

    /// <summary>The kernel function a process sleeps in, where it is told.</summary>
    string? WaitChannel(int pid);

    /// <summary>What helps to understand why a process does not die.</summary>
    ProcessDetails Describe(int pid);

    /// <summary>What the start time of a process would be that starts now.</summary>
    ulong CurrentTime { get; }

    /// <summary>A start time as a date, for people to read.</summary>
    DateTimeOffset? ToWallClock(ulong startTime);

    /// <summary>Whether the process inherited <paramref name="scope"/>; null where its environment gives no answer.</summary>
    bool? CarriesScope(int pid, string scope);

    /// <summary>Asks many processes whether they inherited <paramref name="scope"/>, in one bounded time.</summary>
    /// <param name="pids">The processes.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="answers">Receives the answers, in the order of <paramref name="pids"/>.</param>
    /// <param name="stallBudget">How long to wait without any answer; null for half a second.</param>
    void AskScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null)
    {
        for (var i = 0; i < pids.Count; i++)
        {
            var carries = CarriesScope(pids[i], scope);
            answers[i] = carries is null ? ScopeAnswer.Silent : carries.Value ? ScopeAnswer.Yes : ScopeAnswer.No;
        }
    }

    /// <summary>
    /// The command lines of many, a NUL between two arguments, in one bounded time; null for one that cannot be read in it.
    /// </summary>
    string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) => [.. pids.Select(CommandLine)];

    /// <summary>The scopes that the process inherited, outermost first; null where its environment gives no answer.</summary>
    IReadOnlyList<string>? InheritedScopes(int pid) => null;

    /// <summary>The scopes whose containers the process is in, outermost first.</summary>
    IReadOnlyList<string> ContainerScopes(int pid) => [];

    /// <summary>Whether this process may read the environment of every other one.</summary>
    bool ReadsAllEnvironments => true;

    /// <summary>
    /// Whether this child of this process is certainly one that it started, and not an orphan that it adopted. False where that cannot
    /// be known: it was started by the main thread, or the thread that started it has ended.
    /// </summary>
    bool WasBornHere(int pid) => false;

    /// <summary>Whether the process runs as the user of this one.</summary>
    bool IsOfThisUser(int pid) => false;

    /// <summary>What is started from now on writes its standard output to the standard error of this process.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    void SendChildOutputToError()
    {
    }

    /// <summary>
    /// Lets the runtime's Process.Start pass on no ignored SIGPIPE for as long as the result is not disposed: with it, a program that
    /// writes to a closed pipe does not end. Null where there is nothing to do.
    /// </summary>
    IDisposable? PassDefaultPipeSignal() => null;

    /// <summary>Whether this process is in the foreground of a terminal, whose Ctrl+C goes to all that are.</summary>
    bool IsInForeground => false;

    /// <summary>Takes hold of a process. Never fails: a process that is gone gives a handle that says so.</summary>
    ProcessHandle Open(ProcessIdentity identity);

    /// <summary>Makes orphaned descendants children of this process; false where that is not possible.</summary>
    bool TryBecomeSubreaper();

    /// <summary>Whether a child of this process may be an adopted orphan. False for those that it started by itself.</summary>
    bool MayBeAdopted(int pid);

    /// <summary>Whether System.Diagnostics.Process has started this child of this process; false where that cannot be known.</summary>
    bool IsStartedByRuntime(int pid) => false;

    /// <summary>Signals a whole process group. The caller has made sure whose it is.</summary>
    SignalOutcome SignalGroup(int groupId, int signal);

    /// <summary>The number of the signal that cannot be refused.</summary>
    int KillSignal { get; }

    /// <summary>The system's number of a signal.</summary>
    int SignalNumber(PosixSignal signal);

    ExitWatch CreateExitWatch();

    /// <summary>Sets descriptors aside for a reap, so that one in a process without free descriptors can still work.</summary>
    void FillReserve()
    {
    }

    /// <summary>Frees the descriptors that were set aside.</summary>
    void ReleaseReserve()
    {
    }

    /// <summary>Whether a path is a regular file with the right to execute it.</summary>
    bool IsExecutable(string path);

    /// <summary>Why this user cannot reach or execute a path, in words for a message; null if nothing is known against it.</summary>
    string? ExplainNoAccess(string path) => null;

    /// <summary>Begins, without waiting, what makes the next launch sooner.</summary>
    void PrepareLaunch()
    {
    }

    /// <summary>Starts a program in a session of its own.</summary>
    /// <exception cref="LaunchException">The program cannot be started.</exception>
    LaunchedProcess Launch(LaunchPlan plan);

    /// <summary>Starts a program that serves this process and belongs to no tree.</summary>
    /// <exception cref="LaunchException">The program cannot be started.</exception>
    LaunchedProcess LaunchHelper(LaunchPlan plan) => throw new LaunchException("this platform has no helpers.");

    /// <summary>Takes over the standard input of a helper, so that no write to it waits.</summary>
    INonBlockingPipe TakeInput(LaunchedProcess helper) => throw new LaunchException("this platform has no helpers.");

    /// <summary>Ends a helper in a way that its children are not given to this process, not even if it adopts orphans.</summary>
    void EndHelper(LaunchedProcess helper)
    {
    }

    /// <summary>Names the memory of this process for as long as it lives; false where that is not possible.</summary>
    bool TryMarkMemory(string name) => false;

    /// <summary>
    /// Whether the process is in memory of that name: it is the one that has marked it, or a child of it before its exec.
    /// </summary>
    bool IsInMemoryOf(int pid, string name) => false;

    /// <summary>The directory of the container that a launch in this scope will have; null if there will be none.</summary>
    string? ContainerPath(string scope) => null;

    /// <summary>The container that an earlier launch in this scope had, if the path can be that and it still exists.</summary>
    IProcessContainer? FindContainer(string path, string scope) => null;

    /// <summary>
    /// The containers of launches by this user that are older than an age and in which nothing lives, each with its scope.
    /// </summary>
    IReadOnlyList<(string Scope, IProcessContainer Container)> FindEmptyContainers(TimeSpan age) => [];

    /// <summary>Whether a process is in a PID namespace; null where not all of the machine can be seen from here.</summary>
    bool? HasProcesses(string pidNamespace) => null;

    /// <summary>Where pids have the meaning that they have for this process.</summary>
    HostInstance Instance => default;

    /// <summary>Whether the file is a regular one, owned by this user and closed to all others.</summary>
    bool IsPrivateFile(string path) => false;

    /// <summary>Finds who gets the connections to a TCP endpoint of this machine.</summary>
    ListenerOwner FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids);

    /// <summary>
    /// Finds the process whose TCP socket keeps others from this endpoint; what only the kernel keeps (TIME_WAIT) does not count.
    /// </summary>
    ListenerOwner FindPortHolder(IPEndPoint endpoint, bool listenersOnly);

    /// <summary>Finds what the processes listen on, as far as their descriptors can be read.</summary>
    TreeListeners FindListenersOf(IReadOnlyCollection<int> pids) => TreeListeners.None;

    /// <summary>The system's number of this user; null where users have none.</summary>
    uint? UserId => null;

    /// <summary>Finds the process that a connection to the path of a unix socket reaches.</summary>
    ListenerOwner FindUnixListener(string path, IReadOnlyCollection<int> treePids);

    /// <summary>The range from which the system hands out ports by itself.</summary>
    (int First, int Last) EphemeralPorts { get; }

    /// <summary>Takes an exclusive lock that ends with this process, or returns null if it is held.</summary>
    IFileLock? TryLock(string path);

    /// <summary>Opens a file to read it without taking a lock, as the runtime's own streams would.</summary>
    /// <exception cref="IOException">It cannot be opened, or is a symbolic link.</exception>
    Stream OpenUnlocked(string path) => throw new IOException("this platform has no such files.");

    /// <summary>Whether anybody has a file locked.</summary>
    LockState ProbeLock(string path);

    /// <summary>Shared memory; null where this is not supported.</summary>
    ISharedMemory? SharedMemory => null;

    /// <summary>The short name of a process; null where it cannot be read.</summary>
    string? ProcessName(int pid) => null;

    /// <summary>The first file system that is mounted at the path or below it; null if there is none.</summary>
    string? FindMountBelow(string path) => null;

    /// <summary>Whether the directory is a real one, owned by this user and closed to all others.</summary>
    bool IsPrivateDirectory(string path);
}
