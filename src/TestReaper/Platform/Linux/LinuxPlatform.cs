using System.IO.Pipes;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TestReaper.Processes;

namespace TestReaper.Platform.Linux;

/// <summary>Linux: procfs to see, pidfds to hold and wait, posix_spawn to start, a cgroup to contain.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxPlatform(bool useCGroup = true) : IProcessPlatform
{
    public string WaitMechanism => Pidfd.IsAvailable ? "pidfd" : "/proc polling (no pidfd_open on this host)";

    public string Blindness => HidePid.Describe();

    public ulong CurrentTime => BootClock.Now();

    public (int First, int Last) EphemeralPorts => EphemeralPortRange.Read();

    public void Capture(ProcessSnapshot snapshot, SettledProcesses? settled = null) => ProcFs.Capture(snapshot, settled);

    public ReadOutcome TryRead(int pid, out ProcessEntry entry) => ProcFs.TryRead(pid, out entry);

    public string CommandLine(int pid) => ProcFs.CommandLine(pid);

    public IReadOnlyList<string> Arguments(int pid) => ProcArguments.Read(pid);

    public string? ExecutablePath(int pid) => ProcArguments.Executable(pid);

    public IReadOnlyList<KeyValuePair<string, string>> Environment(int pid) => ProcEnviron.Read(pid);

    public string Name(int pid) => ProcFs.Name(pid);

    public string? WaitChannel(int pid) => ProcFs.WaitChannel(pid);

    public ProcessDetails Describe(int pid) => ProcDetails.Read(pid);

    public DateTimeOffset? ToWallClock(ulong startTime) => BootClock.ToWallClock(startTime);

    public bool? CarriesScope(int pid, string scope) => ProcEnviron.CarriesScope(pid, scope);

    public void AskScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null) =>
        ProcEnviron.Ask(pids, scope, stallBudget, answers);

    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) => ProcFs.CommandLines(pids, stallBudget);

    public IReadOnlyList<string>? InheritedScopes(int pid) => ProcScopes.Inherited(pid);

    public IReadOnlyList<string> ContainerScopes(int pid) => ProcScopes.OfContainers(pid);

    public bool ReadsAllEnvironments => System.Environment.IsPrivilegedProcess;

    public bool WasBornHere(int pid) => ThreadChildren.IsOfOtherThread(pid);

    public bool IsOfThisUser(int pid) => ProcUser.IsOwn(pid);

    public void SendChildOutputToError() => StandardStreams.SendOutputToError();

    public IDisposable? PassDefaultPipeSignal() => PipeSignal.PassDefault();

    public bool IsInForeground => Foreground.HasThisProcess();

    public ProcessHandle Open(ProcessIdentity identity) => LinuxProcessHandle.Open(identity);

    public bool TryBecomeSubreaper() => RuntimeChildren.AreKnown && SubreaperFlag.TrySet();

    public bool MayBeAdopted(int pid) => !RuntimeChildren.Contains(pid);

    public bool IsStartedByRuntime(int pid) => RuntimeChildren.AreKnown && RuntimeChildren.Contains(pid);

    public SignalOutcome SignalGroup(int groupId, int signal) => LinuxProcessHandle.SendByPid(-groupId, signal);

    public int KillSignal => SignalNumbers.Kill;

    public int SignalNumber(PosixSignal signal) => SignalNumbers.Of(signal);

    public ExitWatch CreateExitWatch() => EpollExitWatch.TryCreate() ?? (ExitWatch)new PolledExitWatch();

    public void FillReserve() => DescriptorReserve.Fill();

    public void ReleaseReserve() => DescriptorReserve.Release();

    public bool IsExecutable(string path) => File.Exists(path) && LibC.access(path, LibC.ExecuteAccess) == 0;

    public string? ExplainNoAccess(string path) => ExecutableAccess.Explain(path);

    public void PrepareLaunch()
    {
        ReaderPool.Prepare();
        if (useCGroup)
        {
            _ = Task.Run(CGroup.PrepareMove);
        }
    }

    public LaunchedProcess Launch(LaunchPlan plan) => PosixSpawn.Start(plan, useCGroup);

    public LaunchedProcess LaunchHelper(LaunchPlan plan) => PosixSpawn.Start(plan, useCGroup: false, isHelper: true);

    public INonBlockingPipe TakeInput(LaunchedProcess helper) => new NonBlockingPipe(((PipeStream)helper.StandardInput!).SafePipeHandle);

    public void EndHelper(LaunchedProcess helper) => SubreaperFlag.Without(() => ((LinuxChild)helper).End(SignalNumbers.Kill));

    public bool TryMarkMemory(string name) => MemoryMark.TrySet(name);

    public bool IsInMemoryOf(int pid, string name) => MemoryMark.IsOn(pid, name);

    public string? ContainerPath(string scope) => useCGroup ? CGroup.PathOf(scope) : null;

    public IProcessContainer? FindContainer(string path, string scope) => CGroup.Find(path, scope);

    public IReadOnlyList<(string Scope, IProcessContainer Container)> FindEmptyContainers(TimeSpan age) => EmptyCGroups.Find(age);

    public bool? HasProcesses(string pidNamespace) => PidNamespaces.HasProcesses(pidNamespace);

    public HostInstance Instance => BootInstance.Read();

    public bool IsPrivateFile(string path) => PrivateDirectory.IsPrivateFile(path);

    public ListenerOwner FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) =>
        SocketOwners.Find(TcpSockets.ListeningAt(endpoint), treePids);

    public ListenerOwner FindPortHolder(IPEndPoint endpoint, bool listenersOnly) =>
        SocketOwners.Find(TcpSockets.HoldersOf(endpoint, listenersOnly), []);

    public ListenerOwner FindUnixListener(string path, IReadOnlyCollection<int> treePids) => UnixSockets.FindOwner(path, treePids);

    public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids)
    {
        var inodes = SocketOwners.InodesOf(pids);
        return new TreeListeners(
            [.. TcpSockets.ListenersOf(inodes).Select(socket => new ListeningEndPoint(socket.Local, socket.IsIPv6Only)).Distinct()],
            UnixSockets.PathsOf(inodes));
    }

    public uint? UserId => LibC.geteuid();

    public IFileLock? TryLock(string path) => FileLock.TryTake(path);

    public Stream OpenUnlocked(string path) => FileLock.OpenUnlocked(path);

    public LockState ProbeLock(string path) =>
        BoundedReads.TryRead(path, static path => LockProbe.Look(path), out var state)
            ? state
            : new LockState(null, Reason: "its file system did not answer in time");

    public string? FindMountBelow(string path) => MountTable.FindBelow(path);

    public ISharedMemory SharedMemory { get; } = new LinuxSharedMemory();

    public string? ProcessName(int pid) => ProcFs.Name(pid) is ['[', .. var name, ']'] ? name : null;

    public bool IsPrivateDirectory(string path) => PrivateDirectory.IsPrivate(path);
}
