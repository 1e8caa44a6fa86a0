using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// In a process group, or a session, that a member founded. Misses what called setpgid or setsid. The id stays the tree's after its
/// founder died, for as long as a known member is in it. Once it is empty, the kernel may give the number to an unrelated process.
/// </summary>
internal class FoundedIdLayer(string name, Func<ProcessEntry, int> idOf, int own) : TreeLayer(name)
{
    private readonly Dictionary<int, ProcessIdentity> _founders = [];
    private readonly HashSet<int> _inUse = [];
    private readonly Dictionary<int, ProcessHandle> _pinned = [];

    /// <summary>Ids that cannot be reused now.</summary>
    protected IReadOnlyCollection<int> Pinned
    {
        get
        {
            Unpin();
            return _pinned.Keys;
        }
    }

    /// <summary>Whether a member founded the id.</summary>
    public bool IsFounded(int id) => _founders.ContainsKey(id) || _pinned.ContainsKey(id);

    /// <summary>Adds the id of a child that founded it before its exec. It stays the tree's until the child is collected.</summary>
    public void Pin(int id, ProcessHandle founder) => _pinned[id] = founder;

    public override void AddMember(ProcessEntry member)
    {
        // Unrelated processes are in the group and the session of this process as well.
        if (idOf(member) == member.Pid && member.Pid != own)
        {
            _founders[member.Pid] = member.Identity;
        }
    }

    public override void BeginScan(TreeView view)
    {
        // After the snapshot was taken: an id that is held now was held then.
        Unpin();
        if (_founders.Count == 0)
        {
            return;
        }

        _inUse.Clear();
        _inUse.UnionWith(view.Snapshot.Fresh.Where(entry => view.IsMember(entry.Identity)).Select(idOf));
        foreach (var (id, founder) in _founders)
        {
            var isOurs = view.Snapshot.TryGet(id, out var holder) ? holder.Identity == founder : _inUse.Contains(id);
            if (!isOurs)
            {
                _founders.Remove(id);
            }
        }
    }

    public override bool? Claims(ProcessEntry candidate, TreeView view) => IsFounded(idOf(candidate));

    // The reap collects its child last. The kernel collects it earlier where SIGCHLD is ignored, the runtime does as process 1, and
    // native code does with waitpid(-1).
    private void Unpin()
    {
        foreach (var (id, _) in _pinned.Where(static pin => !pin.Value.HoldsPid))
        {
            _pinned.Remove(id);
        }
    }
}
