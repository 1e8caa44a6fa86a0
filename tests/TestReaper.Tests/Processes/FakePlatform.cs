using System.Net;
using System.Runtime.InteropServices;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Tests.Processes;

/// <summary>
/// A system whose processes are objects. This process and two ancestors are in it, started at tick 10; pid 1 at tick 1.
/// </summary>
internal sealed class FakePlatform : IProcessPlatform
{
    public const int Kill = 9;
    public const int HostGroup = 1_000_001, HostSession = 1_000_000;

    public FakePlatform()
    {
        Add(1, 1, parent: 0);
        Add(HostSession, 10, parent: 1);
        Add(HostGroup, 10, parent: HostSession);
        Add(Environment.ProcessId, 10, parent: HostGroup);
    }

    public List<FakeProcess> Processes { get; } = [];

    public List<(int Group, int Signal)> GroupSignals { get; } = [];

    public ManualTime Time { get; } = new();

    public ulong CurrentTime { get; set; } = 50;

    /// <summary>Runs before each look, with its number from 1.</summary>
    public Action<int> BeforeCapture { get; set; } = _ => { };

    public int Captures { get; private set; }

    /// <summary>Whether the capture that runs leaves nothing out.</summary>
    public bool ReadsAll { get; private set; }

    /// <summary>How often each environment was asked for.</summary>
    public List<int> ScopeQuestions { get; } = [];

    public List<FakeExitWatch> Watches { get; } = [];

    public ISharedMemory? Memory { get; set; }

    public ISharedMemory? SharedMemory => Memory;

    public string WaitMechanism => "fake";

    public int KillSignal => Kill;

    public (int First, int Last) EphemeralPorts => throw new NotSupportedException();

    public ProcessDetails Describe(int pid) => new();

    public ListenerOwner FindPortHolder(System.Net.IPEndPoint endpoint, bool listenersOnly) => throw new NotSupportedException();

    public LockState ProbeLock(string path) => throw new NotSupportedException();

    public bool ReadsAllEnvironments { get; set; } = true;

    public bool TryBecomeSubreaper() => true;

    public bool MayBeAdopted(int pid) => true;

    public FakeProcess Add(int pid, ulong start, int parent, int group = HostGroup, int session = HostSession, params string[] scopes)
    {
        var process = new FakeProcess(pid, start) { Parent = parent, Group = group, Session = session, Scopes = scopes };
        Processes.Add(process);
        return process;
    }

    /// <summary>The process is collected: its pid is free, its children belong to init.</summary>
    public void Remove(FakeProcess process)
    {
        process.Die();
        Processes.Remove(process);
        foreach (var child in Processes.Where(child => child.Parent == process.Pid))
        {
            child.Parent = 1;
        }
    }

    public void Capture(ProcessSnapshot snapshot, SettledProcesses? settled = null)
    {
        ReadsAll = settled is null or { KnowsGoneOnly: true };
        BeforeCapture(++Captures);
        snapshot.Clear();
        foreach (var process in Processes)
        {
            if (process.IsUnreadable)
            {
                snapshot.AddUnread(process.Pid);
            }
            else if (process.Inode > 0 && settled is not null && settled.TryGet(process.Pid, process.Inode, out var known, out var isFresh))
            {
                snapshot.Add(known, process.Inode, isFresh);
            }
            else
            {
                process.Reads++;
                snapshot.Add(process.Entry, process.Inode);
            }
        }
    }

    public ReadOutcome TryRead(int pid, out ProcessEntry entry)
    {
        var process = Find(pid);
        entry = process is { IsUnreadable: false } ? process.Entry : default;
        return process is null ? ReadOutcome.Absent : process.IsUnreadable ? ReadOutcome.Unreadable : ReadOutcome.Read;
    }

    public string CommandLine(int pid) => Find(pid)?.CommandLine ?? "";

    public string? WaitChannel(int pid) => Find(pid)?.WaitChannel;

    public DateTimeOffset? ToWallClock(ulong startTime) => DateTimeOffset.UnixEpoch.AddSeconds(startTime / 100.0);

    public bool? CarriesScope(int pid, string scope)
    {
        ScopeQuestions.Add(pid);
        return Find(pid)?.Scopes?.Contains(scope);
    }

    public void AskScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null)
    {
        for (var i = 0; i < pids.Count; i++)
        {
            answers[i] = Find(pids[i]) is { IsBlocked: true }
                ? ScopeAnswer.Blocked
                : CarriesScope(pids[i], scope) switch { true => ScopeAnswer.Yes, false => ScopeAnswer.No, null => ScopeAnswer.Silent };
        }
    }

    /// <summary>Which children of this process System.Diagnostics.Process has started.</summary>
    public HashSet<int> RuntimeChildren { get; } = [];

    public bool IsStartedByRuntime(int pid) => RuntimeChildren.Contains(pid);

    public ProcessHandle Open(ProcessIdentity identity) => new FakeHandle(this, identity);

    public SignalOutcome SignalGroup(int groupId, int signal)
    {
        GroupSignals.Add((groupId, signal));
        foreach (var process in Processes.Where(process => process.Group == groupId))
        {
            process.Take(signal);
        }

        return SignalOutcome.Sent;
    }

    public int SignalNumber(PosixSignal signal) => -(int)signal;

    public ExitWatch CreateExitWatch()
    {
        var watch = new FakeExitWatch(Time);
        Watches.Add(watch);
        return watch;
    }

    public bool IsExecutable(string path) => throw new NotSupportedException();

    public LaunchedProcess Launch(LaunchPlan plan) => throw new NotSupportedException();

    public ListenerOwner FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) => throw new NotSupportedException();

    public ListenerOwner FindUnixListener(string path, IReadOnlyCollection<int> treePids) => throw new NotSupportedException();

    public IFileLock? TryLock(string path) => throw new NotSupportedException();

    public bool IsPrivateDirectory(string path) => throw new NotSupportedException();

    internal FakeProcess? Find(int pid) => Processes.Find(process => process.Pid == pid);

    internal FakeProcess? Find(ProcessIdentity identity) => Processes.Find(process => process.Identity == identity);
}
