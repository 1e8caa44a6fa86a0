using System.Net;
using System.Runtime.InteropServices;
using TestReaper.Platform;

namespace TestReaper.Tests.Processes;

/// <summary>
/// A platform whose processes are objects. It starts with pid 1, started at tick 1, and with this process and two ancestors of
/// it, started at tick 10.
/// </summary>
internal sealed class FakePlatform : IProcessPlatform, IProcessTable, IProcessMarks, IProcessControl, IChildProcesses
{
    /// <summary>The xunit collection of tests with launched trees: their members are known process-wide, and fake processes share
    /// identities.</summary>
    public const string Launched = "Launched fake processes";

    public const int Kill = 9;
    public const int HostGroup = 1_000_001, HostSession = 1_000_000;

    public FakePlatform()
    {
        Add(1, 1, parent: 0);
        Add(HostSession, 10, parent: 1);
        Add(HostGroup, 10, parent: HostSession);
        Add(Environment.ProcessId, 10, parent: HostGroup);
    }

    public List<FakeProcess> Running { get; } = [];

    public IProcessTable Processes => this;

    public IProcessMarks Marks => this;

    public IProcessControl Control => this;

    public IChildProcesses Children => this;

    public ISystemFacts? Facts => null;

    public IThreadTable? Threads => null;

    public IProcessLauncher Launcher => throw new NotSupportedException();

    public IProcessContainers Containers => throw new NotSupportedException();

    public ISocketTable Sockets => throw new NotSupportedException();

    public ILocalFiles Files => throw new NotSupportedException();

    public ITerminal Terminal => throw new NotSupportedException();

    public List<(int Group, int Signal)> GroupSignals { get; } = [];

    public ManualTime Time { get; } = new();

    public ulong CurrentTime { get; set; } = 50;

    /// <summary>Runs before each capture, with the number of the capture, counted from 1.</summary>
    public Action<int> BeforeCapture { get; set; } = _ => { };

    /// <summary>Runs after each capture, with the number of the capture.</summary>
    public Action<int> AfterCapture { get; set; } = _ => { };

    public int Captures { get; private set; }

    /// <summary>Whether the current capture reads every process.</summary>
    public bool ReadsAll { get; private set; }

    /// <summary>The pids whose environment was read, one entry for each read.</summary>
    public List<int> ScopeQuestions { get; } = [];

    public List<FakeExitWatch> Watches { get; } = [];

    public ISharedMemory? Memory { get; set; }

    public ISharedMemory? SharedMemory => Memory;

    public string WaitMechanism => "fake";

    public int KillSignal => Kill;

    public int ContinueSignal => throw new NotSupportedException();

    public ProcessDetails Describe(int pid) => new();

    public bool ReadsAllEnvironments { get; set; } = true;

    public bool TryBecomeSubreaper() => true;

    public bool MayBeAdopted(int pid) => true;

    public FakeProcess Add(int pid, ulong start, int parent, int group = HostGroup, int session = HostSession, params string[] scopes)
    {
        var process = new FakeProcess(pid, start) { Parent = parent, Group = group, Session = session, Scopes = scopes };
        Running.Add(process);
        return process;
    }

    /// <summary>Removes a process as if it had been collected: its pid is free and its children belong to init.</summary>
    public void Remove(FakeProcess process)
    {
        process.Die();
        Running.Remove(process);
        foreach (var child in Running.Where(child => child.Parent == process.Pid))
        {
            child.Parent = 1;
        }
    }

    public void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? settled = null)
    {
        ReadsAll = settled is null or { KnowsGoneOnly: true };
        BeforeCapture(++Captures);
        snapshot.Clear();
        foreach (var process in Running)
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

        AfterCapture(Captures);
    }

    public ReadOutcome TryRead(int pid, out ProcessEntry entry)
    {
        var process = Find(pid);
        entry = process is { IsUnreadable: false } ? process.Entry : default;
        return process is null ? ReadOutcome.Absent : process.IsUnreadable ? ReadOutcome.Unreadable : ReadOutcome.Read;
    }

    public string CommandLine(int pid) => Find(pid)?.CommandLine ?? "";

    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) => [.. pids.Select(CommandLine)];

    public IReadOnlyList<string>?[] OpenPaths(IReadOnlyList<int> pids) => [.. pids.Select(_ => Array.Empty<string>())];

    public IReadOnlyList<string> Arguments(int pid) => CommandLine(pid) is { Length: > 0 } line ? line.Split(' ') : [];

    public string? ExecutablePath(int pid) => null;

    IReadOnlyList<KeyValuePair<string, string>> IProcessTable.Environment(int pid) => Find(pid)?.Environment ?? [];

    public string BracketedName(int pid) => "";

    public string? ShortName(int pid) => null;

    public bool IsOfThisUser(int pid) => false;

    public bool? HasProcessesIn(string pidNamespace) => null;

    public HostInstance Instance => default;

    public string VisibilityLimits => "";

    public string? WaitChannel(int pid) => Find(pid)?.WaitChannel;

    public long? PeakResidentBytes(int pid) => Find(pid)?.PeakResident;

    public DateTimeOffset? ToWallClock(ulong startTime) => DateTimeOffset.UnixEpoch.AddSeconds(startTime / 100.0);

    private bool? CarriesScope(int pid, string scope)
    {
        ScopeQuestions.Add(pid);
        return Find(pid)?.Scopes?.Contains(scope);
    }

    public void ReadScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null)
    {
        for (var i = 0; i < pids.Count; i++)
        {
            answers[i] = Find(pids[i]) is { IsBlocked: true }
                ? ScopeAnswer.Blocked
                : CarriesScope(pids[i], scope) switch { true => ScopeAnswer.Yes, false => ScopeAnswer.No, null => ScopeAnswer.Silent };
        }
    }

    /// <summary>The children of this process that System.Diagnostics.Process has started.</summary>
    public HashSet<int> RuntimeChildren { get; } = [];

    public bool IsStartedHere(int pid) => false;

    public void CollectAdopted(ProcessHandle zombie)
    {
    }

    public bool IsStartedByRuntime(int pid) => RuntimeChildren.Contains(pid);

    public ProcessHandle Open(ProcessIdentity identity) => new FakeHandle(this, identity);

    public SignalOutcome SignalGroup(int groupId, int signal)
    {
        GroupSignals.Add((groupId, signal));
        foreach (var process in Running.Where(process => process.Group == groupId))
        {
            process.Take(signal);
        }

        return SignalOutcome.Sent;
    }

    public int SignalNumber(PosixSignal signal) => -(int)signal;

    public IReadOnlyList<string>? ReadInheritedScopes(int pid) => null;

    public bool TryTagMemory(string name) => false;

    public bool IsInMemoryOf(int pid, string name) => false;

    public void FillReserve()
    {
    }

    public void FreeReserve()
    {
    }

    public ExitQueue CreateExitQueue() => new PolledExitQueue();

    public string? DescribeSignal(int signal) => null;

    public ExitWatch CreateExitWatch()
    {
        var watch = new FakeExitWatch(Time);
        Watches.Add(watch);
        return watch;
    }

    internal FakeProcess? Find(int pid) => Running.Find(process => process.Pid == pid);

    internal FakeProcess? Find(ProcessIdentity identity) => Running.Find(process => process.Identity == identity);
}
