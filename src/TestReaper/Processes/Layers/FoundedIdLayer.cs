namespace TestReaper.Processes.Layers;

/// <summary>
/// In a process group, or a session, that a member founded. Its id stays ours after the founder died for as long as a known
/// member is in it; once it is empty the kernel may give the number to a stranger, whose daemon would look like ours.
/// </summary>
/// <param name="name">See <see cref="TreeLayer.Name"/>.</param>
/// <param name="idOf">The group or the session of a process.</param>
/// <param name="own">The id that this process is in: whoever founded it, it is not the tree's alone.</param>
internal abstract class FoundedIdLayer(string name, Func<ProcessEntry, int> idOf, int own) : TreeLayer(name)
{
    private readonly Dictionary<int, ProcessIdentity> _founders = [];
    private readonly HashSet<int> _held = [];
    private readonly HashSet<int> _pinned = [];

    /// <summary>Ids that cannot be reused while this layer is asked.</summary>
    protected IReadOnlyCollection<int> Pinned => _pinned;

    public bool Owns(int id) => _founders.ContainsKey(id) || _pinned.Contains(id);

    /// <summary>Takes the id of a child that founded it before its exec and that is not collected: it stays ours, seen or not.</summary>
    public void Pin(int id) => _pinned.Add(id);

    public override void Learn(ProcessEntry member)
    {
        if (idOf(member) == member.Pid && member.Pid != own)
        {
            _founders[member.Pid] = member.Identity;
        }
    }

    public override void BeginLook(TreeView view)
    {
        if (_founders.Count == 0)
        {
            return;
        }

        _held.Clear();
        foreach (var entry in view.Snapshot.Entries)
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

    public override bool? Claims(ProcessEntry candidate, TreeView view) => Owns(idOf(candidate));
}
