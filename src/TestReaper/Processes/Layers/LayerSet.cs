using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>The layers in force for one tree.</summary>
internal sealed class LayerSet : IDisposable
{
    private readonly IProcessPlatform _platform;
    private readonly SessionLayer _sessions;
    private readonly TreeLayer[] _kinship;
    private readonly List<TreeLayer> _marks = [];
    private readonly SubreaperLayer? _subreaper;
    private readonly ScopeLayer? _scope;
    private Containment _containment = Containment.None;

    /// <param name="platform">The operating system.</param>
    /// <param name="scope">The id that descendants inherit, or null where nothing was started by us.</param>
    public LayerSet(IProcessPlatform platform, string? scope)
    {
        _platform = platform;
        _ = platform.Processes.TryRead(Environment.ProcessId, out var self);
        Groups = new GroupLayer(self.GroupId);
        _sessions = new SessionLayer(self.SessionId);
        _kinship = [new ParentLayer(), Groups, _sessions];
        if (scope is not null)
        {
            _marks.AddRange([_scope = new ScopeLayer(platform, scope), _subreaper = new SubreaperLayer(platform)]);
        }
    }

    public GroupLayer Groups { get; }

    /// <summary>What is asked only of those that kinship leaves, once a scan: reading it costs more.</summary>
    public IReadOnlyList<TreeLayer> Marks => _marks;

    /// <summary>What the root was put into when it was launched.</summary>
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

    // The report states every known way to leave the tree without a trace.
    private string Gap => (_containment.Obstacle.Length == 0 ? "" : $"; no cgroup: {_containment.Obstacle}") + Escapes;

    private string Escapes => (_subreaper, _containment.Container) switch
    {
        // Nothing was started by us.
        (null, _) => "; what has left its parent, group and session can escape",
        ({ IsInForce: true }, _) when Subreaper.IsAlone =>
            "; what native code of this process starts in a session of its own can be taken for an orphan",
        ({ IsInForce: true } subreaper, _) => "; what leaves its parent, session and environment at once and leads a session can escape"
            + (subreaper.LeftAlone.Count == 0 ? "" : ", as may have " + string.Join(", ", subreaper.LeftAlone.Select(static pid => $"process {pid}"))
                + ", which native code of this process may have started"),

        // Root, and the user to whom the cgroups are delegated, can move a process to another cgroup.
        (_, not null) => "; what moves itself to another cgroup and leaves its parent, session and environment can escape",
        _ => "; what leaves its parent, session and environment at once can escape"
            + (_platform.Marks.ReadsAllEnvironments ? "" : ", and so can what leaves its parent and session "
                + "and cannot be read by this user (undumpable, as ssh-agent is, or set-user-ID)"),
    };

    /// <summary>Takes the group and the session of a child that founded them before its exec, until it is collected.</summary>
    public void Pin(int id, ProcessHandle founder)
    {
        Groups.Pin(id, founder);
        _sessions.Pin(id, founder);
    }

    public void BeginLook(TreeView view)
    {
        foreach (var layer in _kinship)
        {
            layer.BeginLook(view);
        }

        foreach (var layer in _marks)
        {
            layer.BeginLook(view);
        }
    }

    /// <summary>Whether a process that no layer claims will not be claimed later either.</summary>
    public bool IsStranger(ProcessIdentity identity) => !Subreaper.Adopts && _scope?.IsStranger(identity) == true;

    public void Learn(ProcessEntry member)
    {
        foreach (var layer in _kinship)
        {
            layer.Learn(member);
        }
    }

    /// <summary>The cheap layers, which can be asked to a fixed point.</summary>
    public TreeLayer? FindKinship(ProcessEntry candidate, TreeView view)
    {
        foreach (var layer in _kinship)
        {
            if (layer.Claims(candidate, view) == true)
            {
                return layer;
            }
        }

        return null;
    }

    /// <summary>Names what is in force, and what can escape it.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            _kinship.Concat(_marks).Where(layer => layer != _subreaper || _subreaper is { IsInForce: true }).Select(layer => layer.Name))
        + Gap + _platform.Processes.VisibilityLimits;

    public void Dispose() => _subreaper?.Dispose();
}
