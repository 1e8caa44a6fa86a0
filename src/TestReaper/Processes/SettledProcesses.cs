namespace TestReaper.Processes;

/// <summary>
/// Remembers processes that can never enter a tree, so that not every look has to read them again: most of what runs on a
/// machine was there before the tree and is in no session of it, and a process changes its session only by founding one.
/// </summary>
/// <remarks>
/// The number of the directory entry tells a process from the next one with its pid: procfs numbers each anew. That is how
/// Linux does it, not what it promises; so the look that ends a reap reads everything.
/// </remarks>
internal sealed class SettledProcesses
{
    private readonly Dictionary<int, (ulong Inode, ProcessEntry Entry)> _settled = [];

    public bool TryGet(int pid, ulong inode, out ProcessEntry entry)
    {
        var isKnown = _settled.TryGetValue(pid, out var settled) && settled.Inode == inode;
        entry = settled.Entry;
        return isKnown;
    }

    public void Remember(ProcessSnapshot snapshot, Func<ProcessEntry, bool> isSettled)
    {
        if (_settled.Count > 2 * snapshot.Entries.Count)
        {
            _settled.Clear();
        }

        for (var i = 0; i < snapshot.Entries.Count; i++)
        {
            // 1 is what procfs gives where it could not look the process up.
            var (entry, inode) = (snapshot.Entries[i], snapshot.InodeAt(i));
            if (inode > 1 && isSettled(entry))
            {
                _settled[entry.Pid] = (inode, entry);
            }
        }
    }
}
