namespace TestReaper.Processes;

/// <summary>
/// The process groups, or the sessions, that members of a tree founded. An id stays ours after its founder died for as long
/// as somebody is in it; once it is empty the kernel may give it to a stranger.
/// </summary>
internal sealed class OwnedIds(Func<ProcessEntry, int> idOf)
{
    private readonly HashSet<int> _ids = [];
    private readonly HashSet<int> _inUse = [];

    public bool Contains(int id) => _ids.Contains(id);

    /// <summary>Takes note of the id that a verified member founded, if it founded one.</summary>
    public void Learn(ProcessEntry member)
    {
        if (idOf(member) == member.Pid)
        {
            _ids.Add(member.Pid);
        }
    }

    /// <summary>Forgets ids that nobody is in any more, and those whose number now names a process that is no member.</summary>
    public void Forget(ProcessSnapshot snapshot, Func<ProcessIdentity, bool> isMember)
    {
        if (_ids.Count == 0)
        {
            return;
        }

        _inUse.Clear();
        foreach (var entry in snapshot.Entries)
        {
            _inUse.Add(idOf(entry));
        }

        _ids.RemoveWhere(id => !_inUse.Contains(id) || (snapshot.TryGet(id, out var founder) && !isMember(founder.Identity)));
    }
}
