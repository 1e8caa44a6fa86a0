namespace TestReaper.Platform;

/// <summary>
/// Remembers processes that need not be read again. Most of what runs on a machine was there before the tree, or is known not to
/// carry its scope, and is in no session of it. A process changes its session only by founding one: those can never enter the tree.
/// </summary>
/// <remarks>
/// The number of the directory entry tells a process from the next one with its pid: procfs numbers each anew. That is how
/// Linux does it, not what it promises; so the scan that ends a reap reads all that may live.
/// </remarks>
/// <param name="findZombie">Finds a member that is gone and still holds its pid: a zombie, which need not be read again.</param>
internal sealed class UnrelatedProcessCache(Func<int, ProcessEntry?>? findZombie = null)
{
    private readonly Dictionary<int, (ulong Inode, ProcessEntry Entry)> _settled = [];

    /// <summary>For a scan that serves as a proof.</summary>
    public bool KnowsGoneOnly { get; init; }

    public bool IsEmpty => _settled.Count == 0;

    /// <param name="pid">A pid that is listed now.</param>
    /// <param name="inode">The number of its directory entry.</param>
    /// <param name="entry">The process as it was read last.</param>
    /// <param name="isFresh">Whether that is also how it is now.</param>
    public bool TryGet(int pid, ulong inode, out ProcessEntry entry, out bool isFresh)
    {
        if (findZombie?.Invoke(pid) is { } zombie)
        {
            entry = zombie with { State = 'Z', Threads = 1, ResidentPages = 0 };
            return isFresh = true;
        }

        isFresh = false;
        if (KnowsGoneOnly)
        {
            entry = default;
            return false;
        }

        var isKnown = _settled.TryGetValue(pid, out var settled) && settled.Inode == inode;
        entry = settled.Entry;
        return isKnown;
    }

    /// <summary>Adds what is settled among the entries that were read for this snapshot; among all of them if nothing is known yet.</summary>
    public void Remember(ProcessSnapshot snapshot, Func<ProcessEntry, bool> isSettled)
    {
        if (_settled.Count > 2 * snapshot.Entries.Count)
        {
            Clear();
        }

        foreach (var index in IsEmpty ? Enumerable.Range(0, snapshot.Entries.Count) : snapshot.FreshIndexes)
        {
            // 1 is what procfs gives where it could not look the process up.
            var (entry, inode) = (snapshot.Entries[index], snapshot.InodeAt(index));
            if (inode > 1 && isSettled(entry))
            {
                _settled[entry.Pid] = (inode, entry);
            }
        }
    }

    /// <summary>Forgets the processes that started at this moment or later.</summary>
    public void ForgetSince(ulong startTime)
    {
        foreach (var (pid, settled) in _settled)
        {
            if (settled.Entry.Identity.StartTime >= startTime)
            {
                _settled.Remove(pid);
            }
        }
    }

    public void Clear() => _settled.Clear();
}
