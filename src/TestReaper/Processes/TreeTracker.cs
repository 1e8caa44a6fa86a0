using TestReaper.Platform;
using TestReaper.Processes.Layers;
using TestReaper.Processes.SharedMemory;
using TestReaper.Secrets;

namespace TestReaper.Processes;

// Constraint: the kernel keeps no record of which process caused which. The parent is forgotten when it exits, the process group and
// the session are left by setpgid(2) and setsid(2), and the environment is cleared by a program that wants to
// (https://man7.org/linux/man-pages/man7/credentials.7.html, proc_pid_stat(5)). A process that left all of these between two scans
// has no trace that leads to its tree (sgl-project/sglang #31645: schedulers that became children of process 1).
//
// Scheme: a scan reads all processes once and adds those that any layer claims (MemberSearch, Layers/). Members are remembered with a
// handle (TreeMembers), so a member that loses its parent or leaves its session later stays known, and so do its children. The sampler
// scans while the server runs (HostSampler calls Sample); the reap scans until nothing new appears (Observe). Most processes of the
// machine cannot be members; UnrelatedProcessCache spares reading them again, except in the scan that proves a tree empty.
//
// The parts: MemberSearch decides who is a member. TreeMembers holds the members and counts the living. SparedSubtrees decides which
// members stay alive. SharedMemoryTracker knows which shared memory the members created. MemberCommandLines reads command lines.
//
// Invariants:
// - A process that started before the oldest root is never a member, and neither is this process or one of its ancestors.
// - A member is never forgotten while it is alive. A dead one that is not a root is forgotten after a scan, unless the reap keeps it.
// - A scan is clean only if each process that is new since the last scan was read and judged. A read that did not return in time never
//   counts as "unrelated": the reap continues, and its error names the process. An environment that this user may not read counts as
//   unrelated after a second try; LayerSet states that escape in the report.
// - A proof (isProof) reads every process but the tree's own zombies. It trusts no memory of unrelated processes, because procfs reuses
//   inode numbers.
// - _gate guards the members. Reads that may block for longer (command lines, memory maps) run after it is released; those of the scope
//   and of Spare are bounded.

/// <summary>Knows which processes belong to a tree. This part answers the reap; the other part answers the sampler.</summary>
internal sealed partial class TreeTracker : IDisposable
{
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly HashSet<int> _excepted;
    private readonly TreeMembers _members;
    private readonly MemberSearch _search;
    private readonly SparedSubtrees _subtrees = new();
    private readonly UnrelatedProcessCache _unrelated;
    private readonly UnrelatedProcessCache _goneOnly;
    private readonly SharedCapture _captures;
    private readonly HashSet<int> _sessions = [];
    private ProcessSnapshot _snapshot = new();
    private ProcessSnapshot _previous = new();
    private ulong _firstStart;
    private bool _isDisposed;
    private volatile SecretMask? _mask;

    /// <summary>Begins to track. A process that started before this moment is not a member, unless it is younger than a root.</summary>
    /// <param name="platform">The operating system.</param>
    /// <param name="scope">The id that descendants inherit; null if TestReaper did not start the tree.</param>
    /// <param name="spared">Pids that may belong to the tree and stay alive; their descendants do not.</param>
    public TreeTracker(IProcessPlatform platform, string? scope, IEnumerable<int>? spared = null)
    {
        _platform = platform;
        _firstStart = platform.Processes.CurrentTime;
        _excepted = [.. spared ?? []];
        _members = new TreeMembers(platform, _excepted);
        _search = new MemberSearch(platform, scope, _members);
        Memory = new SharedMemoryTracker(platform);
        _unrelated = new UnrelatedProcessCache(_members.FindZombie);
        _goneOnly = new UnrelatedProcessCache(_members.FindZombie) { KnowsGoneOnly = true };
        _captures = SharedCapture.For(platform);
    }

    /// <summary>The shared memory that the tree created.</summary>
    public SharedMemoryTracker Memory { get; }

    /// <summary>The layers in force, for the report.</summary>
    public string Layers => _search.Layers.ToString();

    /// <summary>What the root was put into at its launch. Set before the first scan.</summary>
    public Containment Containment
    {
        get => _search.Layers.Containment is { Container: { } container } whole && (_subtrees.Rule is not null || _excepted.Count > 0)
            ? whole with { Container = new SparingContainer(container, this) }
            : _search.Layers.Containment;
        set => _search.Layers.Containment = value;
    }

    /// <summary>Masks the secrets of this tree. Set it to a mask that knows the root's environment and arguments.</summary>
    public SecretMask Mask
    {
        get => _mask ??= SecretMask.OfThisProcess();
        set => _mask = value;
    }

    /// <summary>Whether the flight recorder may record the members.</summary>
    public bool HasFlightRecorder { get; init; } = true;

    /// <summary>Selects members that stay alive with everything below them. Set before the first scan; null selects none.</summary>
    public Func<ProcessEntry, bool>? Spare
    {
        set => _subtrees.Rule = value;
    }

    /// <summary>A copy of the known members, without the spared.</summary>
    public IReadOnlyList<TreeMember> Members => Select(static member => !member.IsSpared);

    /// <summary>The members that stay alive with everything below them, as of the last scan.</summary>
    public IReadOnlyList<TreeMember> Spared => Select(static member => member.IsSparedWithAllBelow && !member.IsGone);

    /// <summary>Whether a spared member is alive, as of the last scan.</summary>
    public bool HasSpared => Select(static member => member.IsSpared && !member.IsGone).Count > 0;

    /// <summary>
    /// The processes that the last scan could not judge: no layer claimed them, they may belong to the tree, and the kernel did not let
    /// their memory be read. While there are any, no scan is clean.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Unjudged
    {
        get
        {
            lock (_gate)
            {
                return [.. _search.Unjudged];
            }
        }
    }

    /// <summary>How long ago the last living root was found gone; zero while one is alive.</summary>
    public TimeSpan TimeSinceRootsExit => Select(static member => member.IsRoot).Select(member => member.GoneFor).DefaultIfEmpty().Min();

    /// <summary>Whether a pid of the tree was excepted by the caller: then its children are the tops of what is reaped.</summary>
    public bool IsSpared(int pid) => _excepted.Contains(pid);

    /// <summary>Whether a process stays alive: a known member, or a process forked below a spared one since the last scan.</summary>
    public bool IsSparedOrBelow(int pid)
    {
        var line = Ancestry.From(pid, _platform);
        lock (_gate)
        {
            return _members.IsSparedOrBelow(line);
        }
    }

    /// <summary>Makes a process the root of the tree, or of a further part of it.</summary>
    public TreeMember AddRoot(ProcessIdentity identity)
    {
        lock (_gate)
        {
            if (identity.StartTime > 0 && identity.StartTime < _firstStart)
            {
                Memory.AddOlderRoot(identity);
                _firstStart = identity.StartTime;
            }

            var member = _members.Add(identity, parentPid: 0, TreeLayer.Root);
            member.MakeRoot();
            RootsVersion++;
            _unrelated.Clear();
            if (_platform.Processes.TryRead(identity.Pid, out var entry) == ReadOutcome.Read && entry.Identity == identity)
            {
                _search.AddRoot(entry);
            }

            return member;
        }
    }

    /// <summary>
    /// Makes a process the root that was started in a session of its own and is not collected before this tracker is disposed.
    /// </summary>
    /// <remarks>It may be hidden from this process (hidepid=2 and an undumpable program). Its session is known all the same.</remarks>
    public TreeMember AddLaunched(ProcessIdentity identity)
    {
        lock (_gate)
        {
            _members.IsLaunched = true;
            var root = AddRoot(identity);
            _search.Layers.Pin(identity.Pid, root.Handle);
            return root;
        }
    }

    /// <summary>Scans all processes once.</summary>
    /// <param name="keepGone">Whether members that died between two scans stay in <see cref="Members"/>.</param>
    /// <param name="isProof">Whether to read every process, including those known to be unrelated.</param>
    public Observation Observe(bool keepGone = false, bool isProof = false)
    {
        lock (_gate)
        {
            (_snapshot, _previous) = (_previous.IsShared ? new ProcessSnapshot() : _previous, _snapshot);
            Capture(isProof);
            _search.Run(_snapshot, _firstStart, stallBudget: null);
            _subtrees.Update(_snapshot, _members, isSample: false);
            RememberUnrelated(_snapshot, olderOnly: false);

            // A process that can never be read (hidepid=1) is listed in each scan. Only one that has just died is new.
            var isClean = _search.Unjudged.Count == 0 && !_snapshot.IsIncomplete && _snapshot.Unread.All(pid => _previous.Lists(pid));
            var hasReadAll = (isProof || _snapshot.IsShared) && !_snapshot.IsIncomplete;
            return new Observation(_members.CountLiving(_snapshot, keepGone), isClean, hasReadAll);
        }
    }

    /// <summary>Counts the living members by their handles, without the spared. Needs no file and no memory.</summary>
    public int CountLivingByHandle()
    {
        lock (_gate)
        {
            return _members.CountLivingByHandle();
        }
    }

    /// <summary>The process groups that can be killed as a whole.</summary>
    public IReadOnlyCollection<int> KillableGroups()
    {
        lock (_gate)
        {
            return _search.Layers.Groups.Killable(
                _snapshot, entry => _members.TryGet(entry.Identity, out var member) && !member.IsSpared);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _members.Dispose();
            _search.Layers.Dispose();
        }
    }

    private List<TreeMember> Select(Func<TreeMember, bool> predicate)
    {
        lock (_gate)
        {
            return [.. _members.All.Where(predicate)];
        }
    }

    private void Capture(bool isProof)
    {
        if (isProof || _unrelated.IsEmpty)
        {
            _snapshot = _captures.Capture(_snapshot, isProof ? _goneOnly : _unrelated);
        }
        else
        {
            // A capture that leaves out most processes takes no longer than the wait for the capture of another tree.
            _platform.Processes.Capture(_snapshot, _unrelated);
        }
    }
}
