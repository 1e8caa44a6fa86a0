using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>What the sampler asks of a tree while its processes run.</summary>
internal sealed partial class TreeTracker
{
    // The time that one sample may wait for a process that does not answer: a reap may be waiting for the lock of the tree.
    private static readonly TimeSpan SampleBudget = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan MemorySampleBudget = TimeSpan.FromMilliseconds(100), MemoryScanBudget = TimeSpan.FromMilliseconds(500);

    /// <summary>Raised after each sample, on the sampler's thread, while no lock of this tree is held.</summary>
    public event Action<TreeTracker>? Sampled;

    /// <summary>A process that started before this moment is unrelated if it is in no session of the tree.</summary>
    public ulong FirstStart
    {
        get
        {
            lock (_gate)
            {
                return _firstStart;
            }
        }
    }

    /// <summary>What the scans have seen of the use of memory and processors.</summary>
    public TreeUsage Usage
    {
        get
        {
            lock (_gate)
            {
                return _members.Usage;
            }
        }
    }

    /// <summary>Changes when a root is added: a process that was known to be unrelated may be a member now.</summary>
    public int RootsVersion { get; private set; }

    /// <summary>Whether a process is certainly not a member, whatever its age. False while another thread uses the tree.</summary>
    public bool IsUnrelated(ProcessIdentity identity)
    {
        if (!Monitor.TryEnter(_gate))
        {
            return false;
        }

        try
        {
            return _search.IsUnrelated(identity);
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>Adds the members that a shared snapshot shows, and searches for their shared memory.</summary>
    /// <param name="snapshot">Does not change during the call.</param>
    /// <param name="sessions">Receives the sessions of the members.</param>
    /// <param name="patience">How long to wait while another thread scans this tree.</param>
    /// <param name="isSampled">Called under the lock: a reap may have begun while this waited for it.</param>
    /// <returns>False if the tree was left out, because another thread scanned it for longer.</returns>
    public bool Sample(ProcessSnapshot snapshot, HashSet<int> sessions, TimeSpan patience, Func<TreeTracker, bool> isSampled)
    {
        if (!Monitor.TryEnter(_gate, patience))
        {
            return false;
        }

        try
        {
            if (_isDisposed || !isSampled(this))
            {
                return true;
            }

            _search.Run(snapshot, _firstStart, SampleBudget);
            _subtrees.Update(snapshot, _members, isSample: true);
            _members.CountLiving(snapshot, keepGone: false);
            RememberUnrelated(snapshot, olderOnly: true);
            sessions.UnionWith(_sessions);
        }
        finally
        {
            Monitor.Exit(_gate);
        }

        ReadCommandLines(SampleBudget);
        ScanMemory();
        Sampled?.Invoke(this);
        return true;
    }

    /// <summary>Calls an action with all members, while none of their handles can be disposed. The action must not block.</summary>
    public void UseMembers(Action<IReadOnlyCollection<TreeMember>> action)
    {
        lock (_gate)
        {
            action(_isDisposed ? [] : _members.All);
        }
    }

    /// <summary>Reads the command lines of living members that are not known yet or may have changed.</summary>
    public void ReadCommandLines(TimeSpan stallBudget) =>
        MemberCommandLines.Read(Select(MemberCommandLines.IsDue), _platform, stallBudget);

    /// <summary>
    /// Finds which shared memory belongs to the members that the last scan found. Call it without a lock: reading the memory maps of a
    /// stuck process takes as long as the budget allows.
    /// </summary>
    public void ScanMemory(bool isThorough = false) =>
        Memory.Scan(() => Members, isThorough ? MemoryScanBudget : MemorySampleBudget, isThorough);

    // A process that is younger than the tree may turn out to be a descendant of a member that is not known yet. The reap's first scan
    // must read it while the parent that leads to it is alive, so samples remember the older ones only.
    private void RememberUnrelated(ProcessSnapshot snapshot, bool olderOnly)
    {
        _sessions.Clear();
        _members.AddSessions(snapshot, _sessions);
        _unrelated.Remember(
            snapshot,
            entry => !_sessions.Contains(entry.SessionId)
                && (entry.Identity.StartTime < _firstStart || (!olderOnly && _search.IsUnrelated(entry.Identity))));
    }
}
