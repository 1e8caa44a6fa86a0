namespace TestReaper.Platform;

/// <summary>All that TestReaper asks of an operating system, by role. The code elsewhere does not know on which system it runs.</summary>
/// <remarks>
/// <para>
/// To support another system, implement each role in a folder beside <c>Linux/</c> and add the system to <see cref="ProcessPlatform"/>:
/// the choice, <see cref="ProcessPlatform.IsSupported"/> and the message. The watchdog (Watchdog/*.sh) is a shell script over /proc, and
/// over ps(1) where <see cref="HasProcFs"/> is false. Beside the roles, derive <see cref="ProcessHandle"/>,
/// <see cref="LaunchedProcess"/> and <see cref="OutputPipes"/>; <see cref="PolledExitWatch"/> serves every system.
/// <see cref="ProcessEntry.State"/> is 'Z' for a zombie.
/// Two rules hold for every role. A process that has vanished is an ordinary result, never an exception. No call waits for longer than a
/// bounded time, whatever the kernel or a stuck process does. The comment of each property says what must be right, and what may stay
/// simple at first: then less is found or verified, the report says so, and no unrelated process is signalled.
/// </para>
/// <para>
/// The order of the work: <see cref="Processes"/>, <see cref="Control"/> and <see cref="Launcher"/> make reaping work;
/// <see cref="Files"/> makes crash protection and port leases work; <see cref="Sockets"/> and <see cref="Terminal"/> make the messages
/// exact; the others make the search for members complete.
/// </para>
/// </remarks>
internal interface IProcessPlatform
{
    /// <summary>Whether the watchdog, a script, finds processes in /proc; otherwise it uses ps(1).</summary>
    bool HasProcFs => true;

    /// <summary>
    /// Must be right: Instance, CurrentTime, Capture and TryRead. The identity (pid and start time) decides which process gets a signal.
    /// A process that is listed but cannot be read goes to <see cref="ProcessSnapshot.AddUnread"/>. Groups and sessions are 0 on a system
    /// without them. May stay simple: the cache may be ignored (read everything); empty command lines, arguments and environments, and
    /// null for names, wait channels and clocks, only make messages poorer, except that an empty <see cref="IProcessTable.Environment"/>
    /// masks fewer secrets, and null from <see cref="IProcessTable.OpenPaths"/> makes each reap read the GPUs.
    /// </summary>
    IProcessTable Processes { get; }

    /// <summary>
    /// Must be right: <see cref="ScopeAnswer.No"/> means "read, and not there"; what could not be read is Silent or Blocked. May stay
    /// simple: on a system where no environment of another process can be read, answer Silent; then members are found by kinship and
    /// container alone. <see cref="IProcessMarks.TryTagMemory"/> may return false.
    /// </summary>
    IProcessMarks Marks { get; }

    /// <summary>
    /// Must be right: all of it except the descriptor reserve. <see cref="IProcessControl.Open"/> must hold the process or check its
    /// identity before each signal. <see cref="ProcessHandle.IsGone"/> is true only when no thread is left. May stay simple:
    /// <see cref="PolledExitWatch"/> waits without help of the kernel, and the reserve may do nothing.
    /// </summary>
    IProcessControl Control { get; }

    /// <summary>May stay simple: false for each member, on a system where a process cannot adopt orphans.</summary>
    IChildProcesses Children { get; }

    /// <summary>
    /// Must be right: the child is in its own session and container before its first instruction, has the scope in its environment,
    /// default signal dispositions and no descriptors but its streams; and a failed launch leaves nothing behind. May stay simple: Prepare
    /// may do nothing, ExplainNoAccess and PassDefaultPipeSignal may return null.
    /// </summary>
    IProcessLauncher Launcher { get; }

    /// <summary>
    /// Must be right: a container that exists holds every descendant, and <see cref="IProcessContainer.Kill"/> reaches all of them. May
    /// stay simple: null and empty lists, on a system without containers; then the report names what can escape.
    /// </summary>
    IProcessContainers Containers { get; }

    /// <summary>May stay simple: <see cref="ListenerKind.Unknown"/> with a reason, and <see cref="TreeListeners.None"/>.</summary>
    ISocketTable Sockets { get; }

    /// <summary>
    /// Must be right: a lock ends with its process, however that ends; a path is private only if no other user can write it; and DeleteTree
    /// removes nothing outside the directory, and throws while the directory exists. May stay simple: ProbeLock may answer null with a
    /// reason, FindMountBelow may return null where a directory cannot contain mounts.
    /// </summary>
    ILocalFiles Files { get; }

    /// <summary>Finds and removes shared memory that outlives its processes; null on a system without it.</summary>
    ISharedMemory? SharedMemory { get; }

    /// <summary>What the threads of a process do, for the flight recorder; null on a system where it cannot be read.</summary>
    IThreadTable? Threads { get; }

    /// <summary>Facts for <c>testreaper doctor</c> and for the causes of failures; null on a system without them.</summary>
    ISystemFacts? Facts { get; }

    /// <summary>May stay simple: IsInForeground may return false. Only the command-line tool redirects the output.</summary>
    ITerminal Terminal { get; }
}
