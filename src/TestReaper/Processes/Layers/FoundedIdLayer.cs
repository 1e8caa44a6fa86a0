using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// In a process group, or a session, that a member founded. Its id stays ours after the founder died for as long as a known
/// member is in it; once it is empty the kernel may give the number to a stranger, whose daemon would look like ours.
/// </summary>
/// <param name="name">See <see cref="TreeLayer.Name"/>.</param>
/// <param name="idOf">The group or the session of a process.</param>
/// <param name="own">The id that this process is in: it is not the tree's alone.</param>
internal abstract class FoundedIdLayer(string name, Func<ProcessEntry, int> idOf, int own) : TreeLayer(name)
{
    private readonly Dictionary<int, ProcessIdentity> _founders = [];
    private readonly HashSet<int> _held = [];
    private readonly Dictionary<int, ProcessHandle> _pinned = [];
    private readonly List<int> _lost = [];

    /// <summary>Ids that cannot be reused now.</summary>
    protected IReadOnlyCollection<int> Pinned
    {
        get
        {
            Unpin();
            return _pinned.Keys;
        }
    }

    public bool Owns(int id) => _founders.ContainsKey(id) || _pinned.ContainsKey(id);

    /// <summary>Takes the id of a child that founded it before its exec: until it is collected it stays ours, seen or not.</summary>
    public void Pin(int id, ProcessHandle founder) => _pinned[id] = founder;

    public override void Learn(ProcessEntry member)
    {
        if (idOf(member) == member.Pid && member.Pid != own)
        {
            _founders[member.Pid] = member.Identity;
        }
    }

    public override void BeginLook(TreeView view)
    {
        // Asked after the snapshot was taken: an id that is held now was held then.
        Unpin();
        if (_founders.Count == 0)
        {
            return;
        }

        _held.Clear();
        foreach (var entry in view.Snapshot.Fresh)
        {
            if (view.IsMember(entry.Identity))
            {
                _held.Add(idOf(entry));
            }
        }

        foreach (var (id, founder) in _founders)
        {
            var isOurs = view.Snapshot.TryGet(id, out var holder) ? holder.Identity == founder : _held.Contains(id);
            if (!isOurs)
            {
                _founders.Remove(id);
            }
        }
    }

    // We collect our child last of all. But with SIGCHLD ignored the kernel does it, as process 1 the runtime, or a native waitpid(-1).
    private void Unpin()
    {
        foreach (var (id, founder) in _pinned)
        {
            if (!founder.HoldsPid)
            {
                _lost.Add(id);
            }
        }

        _lost.ForEach(id => _pinned.Remove(id));
        _lost.Clear();
    }

    public override bool? Claims(ProcessEntry candidate, TreeView view) => Owns(idOf(candidate));
}
