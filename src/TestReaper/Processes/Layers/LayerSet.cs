using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>The layers in force for one tree.</summary>
internal sealed class LayerSet : IDisposable
{
    private readonly IProcessPlatform _platform;
    private readonly FoundedIdLayer _sessions;
    private readonly TreeLayer[] _kinship;
    private readonly List<TreeLayer> _marks = [];
    private readonly SubreaperLayer? _subreaper;
    private readonly ScopeLayer? _scope;
    private Containment _containment = Containment.None;

    public LayerSet(IProcessPlatform platform, string? scope)
    {
        _platform = platform;
        _ = platform.Processes.TryRead(Environment.ProcessId, out var self);
        Groups = new GroupLayer(self.GroupId);
        _sessions = new FoundedIdLayer("session", static entry => entry.SessionId, self.SessionId);
        _kinship = [new ParentLayer(), Groups, _sessions];
        if (scope is not null)
        {
            _marks.AddRange([_scope = new ScopeLayer(platform, scope), _subreaper = new SubreaperLayer(platform)]);
        }
    }

    public GroupLayer Groups { get; }

    /// <summary>Layers that read a process. Reading costs more, so they see only what kinship leaves, once a scan.</summary>
    public IReadOnlyList<TreeLayer> Marks => _marks;

    /// <summary>What the root was put into at its launch.</summary>
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

    // The report states each known way to leave the tree without a trace.
    private string Escapes => (_subreaper, _containment.Container) switch
    {
        // TestReaper did not start the tree.
        (null, _) => "; what has left its parent, group and session can escape",
        ({ IsInForce: true }, _) when Subreaper.IsAlone =>
            "; what native code of this process starts in a session of its own can be taken for an orphan",
        ({ IsInForce: true } subreaper, _) => "; what leaves its parent, session and environment at once and leads a session can escape"
            + Leaders(subreaper.LeftAlone),

        // Root, and the user to whom the cgroups are delegated, can move a process to another cgroup.
        (_, { } container) => $"; {container.Escape}",
        _ => "; what leaves its parent, session and environment at once can escape"
            + (_platform.Marks.ReadsAllEnvironments ? "" : ", and so can what leaves its parent and session "
                + "and cannot be read by this user (undumpable, as ssh-agent is, or set-user-ID)"),
    };

    /// <summary>Adds the group and the session of a child that founded them before its exec, until it is collected.</summary>
    public void Pin(int id, ProcessHandle founder)
    {
        Groups.Pin(id, founder);
        _sessions.Pin(id, founder);
    }

    public void BeginScan(TreeView view)
    {
        foreach (var layer in _kinship.Concat(_marks))
        {
            layer.BeginScan(view);
        }
    }

    /// <summary>Whether a process that no layer claims now will not be claimed later either.</summary>
    public bool IsUnrelated(ProcessIdentity identity) => !Subreaper.Adopts && _scope?.IsUnrelated(identity) == true;

    public void AddMember(ProcessEntry member) => Array.ForEach(_kinship, layer => layer.AddMember(member));

    /// <summary>The layer that claims a process by kinship alone; null if none does.</summary>
    public TreeLayer? FindKinship(ProcessEntry candidate, TreeView view) =>
        Array.Find(_kinship, layer => layer.Claims(candidate, view) == true);

    /// <summary>Names the layers in force, and what can escape them.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            _kinship.Concat(_marks).Where(layer => layer != _subreaper || _subreaper is { IsInForce: true }).Select(layer => layer.Name))
        + (_containment.Obstacle.Length == 0 ? "" : $"; no cgroup: {_containment.Obstacle}")
        + Escapes + _platform.Processes.VisibilityLimits;

    public void Dispose() => _subreaper?.Dispose();

    private static string Leaders(IReadOnlyList<int> pids) => pids.Count == 0 ? "" : ", as may have "
        + string.Join(", ", pids.Select(static pid => $"process {pid}")) + ", which native code of this process may have started";

    /// <summary>Its parent is a member. Misses a process whose parent exited before the first scan.</summary>
    private sealed class ParentLayer() : TreeLayer(Parent)
    {
        public override bool? Claims(ProcessEntry candidate, TreeView view) =>
            view.Snapshot.TryGet(candidate.ParentPid, out var parent) && view.IsMember(parent.Identity);
    }
}
