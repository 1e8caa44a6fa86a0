namespace TestReaper.Platform;

/// <summary>
/// Remembers processes that need not be read again. Most processes of a machine are older than the tree, or are known not to carry its
/// scope, and are in no session of it. A process changes its session only by founding one, so such a process can never become a member.
/// </summary>
/// <remarks>
/// The inode number of the directory entry distinguishes a process from the next one with its pid: procfs gives each a new number. Linux
/// does so but does not promise it, so the scan that ends a reap reads every process.
/// </remarks>
/// <param name="findZombie">Finds a member that is gone and still holds its pid: a zombie, which need not be read again.</param>
internal sealed class UnrelatedProcessCache(Func<int, ProcessEntry?>? findZombie = null)
{
    private readonly Dictionary<int, (ulong Inode, ProcessEntry Entry)> _known = [];

    /// <summary>For a proof: only zombies of the tree are not read again.</summary>
    public bool KnowsGoneOnly { get; init; }

    public bool IsEmpty => _known.Count == 0;

    /// <summary>Finds a process as it was read last. A fresh one is known to be unchanged.</summary>
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

        var isKnown = _known.TryGetValue(pid, out var known) && known.Inode == inode;
        entry = known.Entry;
        return isKnown;
    }

    /// <summary>Adds the unrelated among the entries that were read for this snapshot; among all entries if the cache is empty.</summary>
    public void Remember(ProcessSnapshot snapshot, Func<ProcessEntry, bool> isUnrelated)
    {
        if (_known.Count > 2 * snapshot.Entries.Count)
        {
            Clear();
        }

        foreach (var index in IsEmpty ? Enumerable.Range(0, snapshot.Entries.Count) : snapshot.FreshIndexes)
        {
            // procfs gives 1 if it could not look the process up.
            var (entry, inode) = (snapshot.Entries[index], snapshot.InodeAt(index));
            if (inode > 1 && isUnrelated(entry))
            {
                _known[entry.Pid] = (inode, entry);
            }
            else
            {
                // It may have been judged unrelated before it became a member.
                _known.Remove(entry.Pid);
            }
        }
    }

    /// <summary>Removes the processes that started at this moment or later.</summary>
    public void ForgetSince(ulong startTime)
    {
        foreach (var (pid, _) in _known.Where(known => known.Value.Entry.Identity.StartTime >= startTime))
        {
            _known.Remove(pid);
        }
    }

    public void Clear() => _known.Clear();
}
