using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Knows who belongs to a tree. Each observation reads all processes once and adds, to a fixed point, those that any layer
/// claims. Members are remembered: one that loses its parent, leaves the session or clears its environment later stays known.
/// </summary>
internal sealed class TreeTracker : IDisposable
{
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly HashSet<int> _ownLine;
    private readonly HashSet<int> _spared;
    private readonly ScopeMemory? _scope;
    private readonly Dictionary<ProcessIdentity, TreeMember> _members = [];
    private readonly OwnedIds _groups = new(static entry => entry.GroupId);
    private readonly OwnedIds _sessions = new(static entry => entry.SessionId);
    private readonly List<ProcessEntry> _candidates = [];
    private ProcessSnapshot _snapshot = new();
    private ProcessSnapshot _previous = new();
    private Containment _containment = Containment.None;
    private ulong _firstStart;
    private bool _disposed;

    /// <summary>Begins to track: what started before this moment is no member, unless it is younger than a root.</summary>
    /// <param name="platform">The operating system.</param>
    /// <param name="scope">The id that descendants inherit, or null where nothing was started by us.</param>
    /// <param name="spared">Pids that may belong to the tree but are to live on.</param>
    public TreeTracker(IProcessPlatform platform, string? scope, IEnumerable<int>? spared = null)
    {
        _platform = platform;
        _scope = scope is null ? null : new ScopeMemory(platform, scope);
        _ownLine = [.. Ancestry.OfThisProcess(platform)];
        _spared = [.. spared ?? []];
        _firstStart = platform.CurrentTime;
        if (_scope is not null)
        {
            ActiveTrees.Enter();
        }
    }

    /// <summary>The layers in force, for the report.</summary>
    public string Layers => string.Join(", ",
        [
            .. _containment.Container is { } container ? (string[])[container.Name] : [],
            TreeLayers.Session, TreeLayers.Group, TreeLayers.Parent,
            .. _scope is null ? [] : (string[])[TreeLayers.Scope],
            .. UsesSubreaper ? (string[])[TreeLayers.Subreaper] : [],
            .. _containment.Obstacle.Length > 0 ? (string[])[$"no cgroup: {_containment.Obstacle}"] : [],
        ]);

    /// <summary>What the root was put into when it was launched.</summary>
    public Containment Containment
    {
        get => _containment;
        set => _containment = value;
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
            _firstStart = Math.Min(_firstStart, identity.StartTime);
            var member = Add(identity, parentPid: 0, TreeLayers.Root);
            if (_platform.TryRead(identity.Pid, out var entry) == ReadOutcome.Read && entry.Identity == identity)
            {
                Learn(entry);
            }

            return member;
        }
    }

    /// <summary>Looks once. Members that died unwatched are dropped unless <paramref name="keepGone"/>.</summary>
    public Observation Observe(bool keepGone = false)
    {
        lock (_gate)
        {
            (_snapshot, _previous) = (_previous, _snapshot);
            _platform.Capture(_snapshot);
            _groups.Forget(_snapshot, _members.ContainsKey);
            _sessions.Forget(_snapshot, _members.ContainsKey);
            var isClean = FindMembers();
            _scope?.Trim(_snapshot);
            return new Observation(CountLiving(keepGone), isClean);
        }
    }

    /// <summary>The groups that members founded, that a living one is in, and that hold nobody else.</summary>
    public IReadOnlyList<int> KillableGroups()
    {
        lock (_gate)
        {
            var groups = new HashSet<int>();
            foreach (var entry in _snapshot.Entries)
            {
                if (!entry.IsGone && IsToBeReaped(entry) && _groups.Contains(entry.GroupId))
                {
                    groups.Add(entry.GroupId);
                }
            }

            foreach (var entry in _snapshot.Entries)
            {
                if (groups.Count > 0 && !IsToBeReaped(entry))
                {
                    groups.Remove(entry.GroupId);
                }
            }

            return [.. groups];
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

            if (_scope is not null && !_disposed)
            {
                ActiveTrees.Leave();
            }

            _disposed = true;
        }
    }

    /// <summary>False if some new process could not be judged: it may have been of the tree and may have forked.</summary>
    private bool FindMembers()
    {
        var isClean = _snapshot.Unread.All(pid => _previous.TryGet(pid, out _));
        _candidates.Clear();
        foreach (var entry in _snapshot.Entries)
        {
            if (entry.Identity.StartTime >= _firstStart && !_members.ContainsKey(entry.Identity) && !_ownLine.Contains(entry.Pid))
            {
                _candidates.Add(entry);
            }
        }

        // Kinship is cheap; the environment is read only of those that kinship leaves, and once a pass.
        ClaimKin();
        ClaimContained();
        if (_scope is not null)
        {
            foreach (var entry in _candidates)
            {
                var carries = _scope.Ask(entry.Identity);
                isClean &= carries is not null;
                Claim(entry, carries == true ? TreeLayers.Scope : null);
            }

            ClaimKin();
        }

        ClaimOrphans();
        return isClean;
    }

    private void ClaimKin()
    {
        while (_candidates.RemoveAll(entry => _members.ContainsKey(entry.Identity) || Claim(entry, KinshipOf(entry))) > 0)
        {
        }
    }

    private void ClaimContained()
    {
        if (_containment.Container is { } container && _candidates.Count > 0)
        {
            var contained = container.Processes();
            foreach (var entry in _candidates)
            {
                Claim(entry, contained.Contains(entry.Pid) ? TreeLayers.CGroup : null);
            }

            ClaimKin();
        }
    }

    private bool UsesSubreaper => _scope is not null && Subreaper.IsEnabled;

    // What this process starts by itself stays in its session, unless it moves; the platform knows those.
    private void ClaimOrphans()
    {
        if (UsesSubreaper && _candidates.Count > 0 && ActiveTrees.IsOnlyOne && _snapshot.TryGet(Environment.ProcessId, out var host))
        {
            foreach (var entry in _candidates)
            {
                var isOrphan = entry.ParentPid == host.Pid && entry.SessionId != host.SessionId && _platform.MayBeAdopted(entry.Pid);
                Claim(entry, isOrphan ? TreeLayers.Subreaper : null);
            }

            ClaimKin();
        }
    }

    private bool IsToBeReaped(ProcessEntry entry) => _members.TryGetValue(entry.Identity, out var member) && !member.IsSpared;

    private string? KinshipOf(ProcessEntry entry) =>
        _snapshot.TryGet(entry.ParentPid, out var parent) && _members.ContainsKey(parent.Identity) ? TreeLayers.Parent
        : _groups.Contains(entry.GroupId) ? TreeLayers.Group
        : _sessions.Contains(entry.SessionId) ? TreeLayers.Session
        : null;

    private bool Claim(ProcessEntry entry, string? layer)
    {
        if (layer is null)
        {
            return false;
        }

        Add(entry.Identity, entry.ParentPid, layer);
        Learn(entry);
        return true;
    }

    private void Learn(ProcessEntry entry)
    {
        _groups.Learn(entry);
        _sessions.Learn(entry);
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
