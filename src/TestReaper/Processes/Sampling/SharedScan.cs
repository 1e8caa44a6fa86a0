using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

/// <summary>Scans all processes once for several trees, and remembers which processes need not be read again.</summary>
/// <remarks>
/// A process is unrelated to all trees if it is older than each of them, or if each tree knows that it is unrelated and no member is in
/// its session: within a session a process can be moved into the group of a member. The cache keeps the older processes for good. It
/// drops the younger ones when one of them may be a member: when an older tree or a new root is added, or when a member appears in a
/// session of one of them. Used by one thread at a time.
/// </remarks>
internal sealed class SharedScan(IProcessPlatform platform)
{
    private readonly ProcessSnapshot _snapshot = new();
    private readonly UnrelatedProcessCache _unrelated = new();
    private readonly HashSet<int> _memberSessions = [];
    private readonly HashSet<int> _unrelatedSessions = [];
    private Dictionary<TreeTracker, int> _seen = [], _seenBefore = [];
    private IReadOnlyList<TreeTracker> _trees = [];
    private Func<ProcessEntry, bool>? _isUnrelated;
    private ulong _youngestUnrelated;
    private ulong _olderThanTrees = ulong.MaxValue;

    /// <param name="trees">The trees to sample; at least one.</param>
    /// <param name="isSampled">Called before the lock of each tree is taken, and again under it.</param>
    /// <param name="patience">How long to wait for a tree that another thread scans, before it is left out.</param>
    public void Run(IReadOnlyList<TreeTracker> trees, Func<TreeTracker, bool> isSampled, TimeSpan patience)
    {
        _trees = trees;
        ForgetPossibleMembers();
        platform.Processes.Capture(_snapshot, _unrelated);
        _memberSessions.Clear();
        var isWhole = true;
        foreach (var tree in trees)
        {
            isWhole &= !isSampled(tree) || tree.Sample(_snapshot, _memberSessions, patience, isSampled);
        }

        // The sessions of a tree that was left out are not known.
        if (isWhole)
        {
            _unrelated.Remember(_snapshot, _isUnrelated ??= IsUnrelated);
        }
    }

    private void ForgetPossibleMembers()
    {
        var firstStart = _trees.Min(static tree => tree.FirstStart);
        var hasNewRoot = UpdateRoots();
        if (firstStart < _olderThanTrees || hasNewRoot || _unrelatedSessions.Overlaps(_memberSessions))
        {
            _unrelated.ForgetSince(firstStart);
            _unrelatedSessions.Clear();
            _youngestUnrelated = 0;
        }

        _olderThanTrees = firstStart;
    }

    // Whether a root is new that the cache may hold, or whose descendants it may hold.
    private bool UpdateRoots()
    {
        var hasNew = false;
        _seenBefore.Clear();
        (_seen, _seenBefore) = (_seenBefore, _seen);
        foreach (var tree in _trees)
        {
            // Read once: a root that is added meanwhile counts as new in the next scan.
            var version = tree.RootsVersion;
            _seen[tree] = version;
            var isKnown = _seenBefore.TryGetValue(tree, out var before) && before == version;
            hasNew |= !isKnown && tree.FirstStart <= _youngestUnrelated;
        }

        return hasNew;
    }

    private bool IsUnrelated(ProcessEntry entry)
    {
        if (entry.Identity.StartTime < _olderThanTrees)
        {
            return true;
        }

        if (_memberSessions.Contains(entry.SessionId) || !_trees.All(tree => tree.IsUnrelated(entry.Identity)))
        {
            return false;
        }

        _unrelatedSessions.Add(entry.SessionId);
        _youngestUnrelated = Math.Max(_youngestUnrelated, entry.Identity.StartTime);
        return true;
    }
}
