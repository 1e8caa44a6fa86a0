using TestReaper.Platform;
using TestReaper.Processes.Layers;

namespace TestReaper.Processes;

/// <summary>
/// Knows who belongs to a tree. Each look reads all processes once and adds, to a fixed point, those that any layer claims.
/// Members are remembered: one that loses its parent, leaves the session or clears its environment later stays known.
/// </summary>
internal sealed class TreeTracker : IDisposable
{
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly HashSet<int> _ownLine;
    private readonly HashSet<int> _spared;
    private readonly Dictionary<ProcessIdentity, TreeMember> _members = [];
    private readonly GroupLayer _groups = new();
    private readonly SessionLayer _sessions = new();
    private readonly List<TreeLayer> _kinship;
    private readonly List<TreeLayer> _marks = [];
    private readonly List<ProcessEntry> _candidates = [];
    private readonly SubreaperLayer? _subreaper;
    private ProcessSnapshot _snapshot = new();
    private ProcessSnapshot _previous = new();
    private Containment _containment = Containment.None;
    private ulong _firstStart;

    /// <summary>Begins to track: what started before this moment is no member, unless it is younger than a root.</summary>
    /// <param name="platform">The operating system.</param>
    /// <param name="scope">The id that descendants inherit, or null where nothing was started by us.</param>
    /// <param name="spared">Pids that may belong to the tree but are to live on.</param>
    public TreeTracker(IProcessPlatform platform, string? scope, IEnumerable<int>? spared = null)
    {
        _platform = platform;
        _ownLine = [.. Ancestry.OfThisProcess(platform)];
        _spared = [.. spared ?? []];
        _firstStart = platform.CurrentTime;
        _kinship = [new ParentLayer(), _groups, _sessions];
        if (scope is not null)
        {
            _marks.AddRange([new ScopeLayer(platform, scope), _subreaper = new SubreaperLayer(platform)]);
        }
    }

    /// <summary>The layers in force, for the report.</summary>
    public string Layers
    {
        get
        {
            var names = _kinship.Concat(_marks).Where(layer => layer != _subreaper || Subreaper.IsEnabled).Select(layer => layer.Name);
            return string.Join(", ", names) + Gap + _platform.Blindness;
        }
    }

    // A promise that cannot be kept is not made: without the kernel's container some can leave without a trace.
    private string Gap => _containment.Obstacle.Length == 0 ? ""
        : $"; no cgroup: {_containment.Obstacle}" + (Subreaper.IsEnabled ? "" : "; what leaves its parent, session and environment at once can escape");

    /// <summary>What the root was put into when it was launched. Set before the first look.</summary>
    public Containment Containment
    {
        get => _containment;
        set
        {
            _containment = value;
            if (value.Container is { } container)
            {
                _marks.Insert(0, new ContainerLayer(container));
            }
        }
    }

    /// <summary>A copy of what is known, without the spared.</summary>
    public IReadOnlyList<TreeMember> Members
    {
        get
        {
            lock (_gate)
            {
                return [.. _members.Values.Where(member => !member.IsSpared)];
            }
        }
    }

    /// <summary>Makes a process the root of (another part of) the tree.</summary>
    public TreeMember AddRoot(ProcessIdentity identity)
    {
        lock (_gate)
        {
            _firstStart = identity.StartTime > 0 ? Math.Min(_firstStart, identity.StartTime) : _firstStart;
            var member = Add(identity, parentPid: 0, TreeLayer.Root);
            if (_platform.TryRead(identity.Pid, out var entry) == ReadOutcome.Read && entry.Identity == identity)
            {
                Learn(entry);
            }

            return member;
        }
    }

    /// <summary>Makes a process the root that was started in a session of its own and is not collected before this is disposed.</summary>
    /// <remarks>It may be hidden from us (hidepid=2 and an undumpable program), its session is known all the same.</remarks>
    public TreeMember AddLaunched(ProcessIdentity identity)
    {
        lock (_gate)
        {
            _groups.Pin(identity.Pid);
            _sessions.Pin(identity.Pid);
            return AddRoot(identity);
        }
    }

    /// <summary>Looks once. Members that died unwatched are dropped unless <paramref name="keepGone"/>.</summary>
    public Observation Observe(bool keepGone = false)
    {
        lock (_gate)
        {
            (_snapshot, _previous) = (_previous, _snapshot);
            _platform.Capture(_snapshot);
            var isClean = FindMembers();
            return new Observation(CountLiving(keepGone), isClean);
        }
    }

    /// <summary>The groups that can be killed as a whole.</summary>
    public IReadOnlyCollection<int> KillableGroups()
    {
        lock (_gate)
        {
            return _groups.Killable(_snapshot, entry => _members.TryGetValue(entry.Identity, out var member) && !member.IsSpared);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var member in _members.Values)
            {
                member.Handle.Dispose();
            }

            _subreaper?.Dispose();
        }
    }

    /// <summary>False if some new process could not be judged: it may have been of the tree and may have forked.</summary>
    private bool FindMembers()
    {
        var view = new TreeView(_snapshot, _members.ContainsKey);
        _kinship.ForEach(layer => layer.BeginLook(view));
        _marks.ForEach(layer => layer.BeginLook(view));
        CollectCandidates();

        // Kinship is cheap and goes to a fixed point; marks are read only of those that kinship leaves, once a look.
        ClaimKin(view);
        var isClean = _snapshot.Unread.All(pid => _previous.TryGet(pid, out _));
        foreach (var layer in _marks)
        {
            foreach (var candidate in _candidates)
            {
                var claims = layer.Claims(candidate, view);
                isClean &= claims is not null;
                if (claims == true)
                {
                    Claim(candidate, layer);
                }
            }

            ClaimKin(view);
        }

        return isClean;
    }

    private void CollectCandidates()
    {
        _candidates.Clear();
        foreach (var entry in _snapshot.Entries)
        {
            if (_members.ContainsKey(entry.Identity))
            {
                // It may have founded a group or a session since the last look.
                Learn(entry);
            }
            else if (entry.Identity.StartTime >= _firstStart && !_ownLine.Contains(entry.Pid))
            {
                _candidates.Add(entry);
            }
        }
    }

    private void ClaimKin(TreeView view)
    {
        while (_candidates.RemoveAll(candidate => view.IsMember(candidate.Identity) || ClaimIfKin(candidate, view)) > 0)
        {
        }
    }

    private bool ClaimIfKin(ProcessEntry candidate, TreeView view)
    {
        var layer = _kinship.Find(layer => layer.Claims(candidate, view) == true);
        if (layer is not null)
        {
            Claim(candidate, layer);
        }

        return layer is not null;
    }

    private void Claim(ProcessEntry candidate, TreeLayer layer)
    {
        Add(candidate.Identity, candidate.ParentPid, layer.Name);
        Learn(candidate);
    }

    private void Learn(ProcessEntry member)
    {
        _kinship.ForEach(layer => layer.Learn(member));
    }

    private TreeMember Add(ProcessIdentity identity, int parentPid, string layer)
    {
        if (!_members.TryGetValue(identity, out var member))
        {
            member = new TreeMember(_platform.Open(identity), parentPid, layer) { IsSpared = _spared.Contains(identity.Pid) };
            _members.Add(identity, member);
        }

        return member;
    }

    private int CountLiving(bool keepGone)
    {
        var living = 0;
        foreach (var member in _members.Values)
        {
            // Absent from /proc is no proof (hidepid): the handle has the last word.
            member.IsGone |= _snapshot.TryGet(member.Identity.Pid, out var entry) && entry.Identity == member.Identity
                ? entry.IsGone
                : member.Handle.IsGone();
            if (!member.IsGone)
            {
                living += member.IsSpared ? 0 : 1;
                member.ResidentPages = entry.ResidentPages;
            }
            else if (!keepGone && !member.IsRoot)
            {
                member.Handle.Dispose();
                _members.Remove(member.Identity);
            }
        }

        return living;
    }
}

/// <summary>What one look at the system gave.</summary>
/// <param name="Living">How many members are not gone, the spared not counted.</param>
/// <param name="IsClean">Whether every process that was new could be judged.</param>
internal readonly record struct Observation(int Living, bool IsClean);
