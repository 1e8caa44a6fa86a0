namespace TestReaper.Processes.Layers;

/// <summary>
/// In a process group, or a session, that a member founded. Its id stays ours after the founder died for as long as somebody is
/// in it; once it is empty the kernel may give the number to a stranger.
/// </summary>
internal abstract class FoundedIdLayer(string name, Func<ProcessEntry, int> idOf) : TreeLayer(name)
{
    private readonly Dictionary<int, ProcessIdentity> _founders = [];
    private readonly HashSet<int> _inUse = [];

    public bool Owns(int id) => _founders.ContainsKey(id);

    public override void Learn(ProcessEntry member)
    {
        if (idOf(member) == member.Pid)
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

        _inUse.Clear();
        foreach (var entry in view.Snapshot.Entries)
        {
            _inUse.Add(idOf(entry));
        }

        foreach (var (id, founder) in _founders)
        {
            var isReused = view.Snapshot.TryGet(id, out var holder) && holder.Identity != founder;
            if (isReused || !_inUse.Contains(id))
            {
                _founders.Remove(id);
            }
        }
    }

    public override bool? Claims(ProcessEntry candidate, TreeView view) => Owns(idOf(candidate));
}
