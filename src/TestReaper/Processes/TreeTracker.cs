using TestReaper.Platform;
using TestReaper.Processes.Layers;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Processes;

/// <summary>
/// Knows who belongs to a tree. Each scan reads all processes once and adds, to a fixed point, those that any layer claims.
/// Members are remembered: one that loses its parent, leaves the session or clears its environment later stays known.
/// </summary>
internal sealed partial class TreeTracker : IDisposable
{
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly HashSet<int> _ownLine;
    private readonly HashSet<int> _spared;
    private readonly Dictionary<ProcessIdentity, TreeMember> _members = [];
    private readonly LayerSet _layers;
    private readonly List<ProcessEntry> _candidates = [];
    private readonly List<ProcessEntry> _unjudged = [];
    private readonly UnrelatedByDescent _foreign;
    private readonly UnrelatedProcessCache _settled;
    private readonly UnrelatedProcessCache _goneOnly;
    private readonly HashSet<int> _sessions = [];
    private readonly TreeView _view;
    private readonly SharedCapture _captures;
    private ProcessSnapshot _snapshot = new();
    private ProcessSnapshot _previous = new();
    private ulong _firstStart;
    private bool _isLaunched;
    private bool _isDisposed;

    /// <summary>Begins to track: what started before this moment is no member, unless it is younger than a root.</summary>
    /// <param name="platform">The operating system.</param>
    /// <param name="scope">The id that descendants inherit, or null where nothing was started by us.</param>
    /// <param name="spared">Pids that may belong to the tree but are to live on.</param>
    public TreeTracker(IProcessPlatform platform, string? scope, IEnumerable<int>? spared = null)
    {
        _platform = platform;
        _ownLine = [.. Ancestry.FromThisProcess(platform)];
        _spared = [.. spared ?? []];
        _firstStart = platform.Processes.CurrentTime;
        _layers = new LayerSet(platform, scope);
        _memory = new SharedMemoryTracker(platform);
        Sampled += static tree => tree.ScanMemory();
        _foreign = new UnrelatedByDescent(platform);
        _settled = new UnrelatedProcessCache(FindZombie);
        _goneOnly = new UnrelatedProcessCache(FindZombie) { KnowsGoneOnly = true };
        _captures = SharedCapture.For(platform);
        _view = new TreeView(_snapshot, _members.ContainsKey);
    }

    /// <summary>The layers in force, for the report.</summary>
    public string Layers => _layers.ToString();

    /// <summary>What the root was put into when it was launched. Set before the first scan.</summary>
    public Containment Containment
    {
        get => _layers.Containment is { Container: { } container } whole && (_subtrees.Rule is not null || _spared.Count > 0)
            ? whole with { Container = new SparingContainer(container, this) }
            : _layers.Containment;
        set => _layers.Containment = value;
    }

    /// <summary>Whether a pid of the tree is left alone: then its children are the tops of what is reaped.</summary>
    public bool IsSpared(int pid) => _spared.Contains(pid);

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

    /// <summary>How long the last of the roots has been known to be gone; zero while one lives.</summary>
    public TimeSpan TimeSinceRootsExit
    {
        get
        {
            lock (_gate)
            {
                return _members.Values.Where(member => member.IsRoot).Select(member => member.GoneFor).DefaultIfEmpty().Min();
            }
        }
    }

    /// <summary>Makes a process the root of (another part of) the tree.</summary>
    public TreeMember AddRoot(ProcessIdentity identity)
    {
        lock (_gate)
        {
            if (identity.StartTime > 0 && identity.StartTime < _firstStart)
            {
                _memory.AddOlderRoot(identity);
            }

            _firstStart = identity.StartTime > 0 ? Math.Min(_firstStart, identity.StartTime) : _firstStart;
            var member = Add(identity, parentPid: 0, TreeLayer.Root);
            member.MakeRoot();
            RootsVersion++;
            _settled.Clear();
            if (_platform.Processes.TryRead(identity.Pid, out var entry) == ReadOutcome.Read && entry.Identity == identity)
            {
                _layers.Learn(entry);
                AddRootSession(entry);
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
            _isLaunched = true;
            var root = AddRoot(identity);
            _layers.Pin(identity.Pid, root.Handle);
            return root;
        }
    }

    /// <summary>Scans all processes once.</summary>
    /// <param name="keepGone">Whether members that died unwatched stay in <see cref="Members"/>.</param>
    /// <param name="isProof">Whether to read everything, also what cannot belong to the tree by all that is known.</param>
    public Observation Observe(bool keepGone = false, bool isProof = false)
    {
        lock (_gate)
        {
            (_snapshot, _previous) = (_previous.IsShared ? new ProcessSnapshot() : _previous, _snapshot);
            Capture(isProof);
            FindMembers(_snapshot, stallBudget: null);
            _subtrees.Mark(_snapshot, _members);
            Settle(_snapshot);

            // What can never be read (hidepid=1) is listed at each scan; only what has just died was new.
            var isClean = _unjudged.Count == 0 && !_snapshot.IsIncomplete && _snapshot.Unread.All(pid => _previous.Lists(pid));
            return new Observation(CountLiving(_snapshot, keepGone), isClean)
            {
                HasReadAll = (isProof || _snapshot.IsShared) && !_snapshot.IsIncomplete,
            };
        }
    }

    /// <summary>Asks the known members alone, which needs no file and no memory: how many live, the spared not counted.</summary>
    public int CountLivingByHandle()
    {
        lock (_gate)
        {
            foreach (var member in _members.Values)
            {
                member.IsGone |= member.Handle.IsGone();
            }

            return _members.Values.Count(member => !member.IsGone && !member.IsSpared);
        }
    }

    /// <summary>The groups that can be killed as a whole.</summary>
    public IReadOnlyCollection<int> KillableGroups()
    {
        lock (_gate)
        {
            return _layers.Groups.Killable(_snapshot, entry => _members.TryGetValue(entry.Identity, out var member) && !member.IsSpared);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var member in _members.Values)
            {
                Forget(member);
            }

            _layers.Dispose();
        }
    }

    private void FindMembers(ProcessSnapshot snapshot, TimeSpan? stallBudget)
    {
        _view.Snapshot = snapshot;
        _unjudged.Clear();
        _foreign.BeginLook();
        _layers.BeginLook(_view);
        CollectCandidates(snapshot);

        // Kinship is cheap and goes to a fixed point; marks are read only of those that kinship leaves, once a scan.
        ClaimKin(_view);
        foreach (var layer in _layers.Marks)
        {
            layer.Prepare(_candidates, stallBudget);
            foreach (var candidate in _candidates)
            {
                var claims = layer.Claims(candidate, _view);
                if (claims == true)
                {
                    Claim(candidate, layer);
                }
                else if (claims is null && !_foreign.IsCertain(candidate, snapshot, _firstStart, IsOurs))
                {
                    _unjudged.Add(candidate);
                }
            }

            ClaimKin(_view);
        }

        // It may have been of the tree and may have forked, unless another layer found it.
        _unjudged.RemoveAll(entry => _members.ContainsKey(entry.Identity));
    }

    private bool IsOurs(ProcessEntry entry) => _ownLine.Contains(entry.Pid) || _members.ContainsKey(entry.Identity);

    private void CollectCandidates(ProcessSnapshot snapshot)
    {
        _candidates.Clear();
        foreach (var entry in snapshot.Fresh)
        {
            if (_members.ContainsKey(entry.Identity))
            {
                // It may have founded a group or a session since the last scan.
                _layers.Learn(entry);
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
        var layer = _layers.FindKinship(candidate, view);
        if (layer is not null)
        {
            Claim(candidate, layer);
        }

        return layer is not null;
    }

    private void Claim(ProcessEntry candidate, TreeLayer layer)
    {
        Add(candidate.Identity, candidate.ParentPid, layer.Name);
        _layers.Learn(candidate);
    }

    private TreeMember Add(ProcessIdentity identity, int parentPid, string layer)
    {
        if (!_members.TryGetValue(identity, out var member))
        {
            member = new TreeMember(_platform.Control.Open(identity), parentPid, layer) { IsExcepted = _spared.Contains(identity.Pid) };
            _members.Add(identity, member);
            if (_isLaunched)
            {
                TreeRegistry.Add(identity, this);
            }
        }

        return member;
    }
}
