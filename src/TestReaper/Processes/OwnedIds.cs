namespace TestReaper.Processes;

/// <summary>
/// The process groups, or the sessions, that members of a tree founded. An id stays ours after its founder died for as long
/// as somebody is in it; once it is empty the kernel may give it to a stranger.
/// </summary>
/// <param name="idOf">The group or the session of a process.</param>
/// <param name="own">The id that this process is in: whoever founded it, it is not the tree's alone.</param>
internal sealed class OwnedIds(Func<ProcessEntry, int> idOf, int own)
{
    private readonly Dictionary<int, ProcessIdentity> _founders = [];
    private readonly HashSet<int> _inUse = [];

    public bool Contains(int id) => _founders.ContainsKey(id);

    /// <summary>Takes note of the id that a verified member founded, if it founded one.</summary>
    public void Learn(ProcessEntry member)
    {
        if (idOf(member) == member.Pid && member.Pid != own)
        {
            _founders[member.Pid] = member.Identity;
        }
    }

    /// <summary>Forgets ids that nobody is in any more, and those whose number now names another process than the founder.</summary>
    public void Forget(ProcessSnapshot snapshot)
    {
        if (_founders.Count == 0)
        {
            return;
        }

        _inUse.Clear();
        foreach (var entry in snapshot.Entries)
        {
            _inUse.Add(idOf(entry));
        }

        foreach (var (id, founder) in _founders)
        {
            if (!_inUse.Contains(id) || (snapshot.TryGet(id, out var entry) && entry.Identity != founder))
            {
                _founders.Remove(id);
            }
        }
    }
}
