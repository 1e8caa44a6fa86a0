using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

/// <summary>Scans all processes once for several trees, and remembers which processes need not be read again.</summary>
/// <remarks>
/// A process is settled if it is older than each tree, or if each tree knows that it is unrelated and no member is in its session:
/// within a session a process can be moved into the group of a member. Settled processes that are older than each tree stay settled.
/// The younger ones are forgotten when one of them may be a member: when an older tree or a new root is added, or when a member
/// appears in a session of one of them. Used by one thread at a time.
/// </remarks>
internal sealed class SharedScan(IProcessPlatform platform)
{
    private readonly ProcessSnapshot _snapshot = new();
    private readonly UnrelatedProcessCache _settled = new();
    private readonly HashSet<int> _memberSessions = [];
    private readonly HashSet<int> _strangerSessions = [];
    private readonly Dictionary<TreeTracker, int> _seen = [];
    private IReadOnlyList<TreeTracker> _trees = [];
    private Func<ProcessEntry, bool>? _isSettled;
    private ulong _youngestStranger;
    private ulong _settledBefore = ulong.MaxValue;

    /// <param name="trees">The trees to sample.</param>
    /// <param name="isSampled">Asked again right before each tree is sampled.</param>
    /// <param name="patience">How long to wait for a tree that another thread scans, before it is left out.</param>
    public void Run(IReadOnlyList<TreeTracker> trees, Func<TreeTracker, bool> isSampled, TimeSpan patience)
    {
        _trees = trees;
        ForgetPossibleMembers();
        platform.Processes.Capture(_snapshot, _settled);
        _memberSessions.Clear();
        var isWhole = true;
        foreach (var tree in trees)
        {
            isWhole &= !isSampled(tree) || tree.Sample(_snapshot, _memberSessions, patience);
        }

        // The sessions of a tree that was left out are not known.
        if (isWhole)
        {
            _settled.Remember(_snapshot, _isSettled ??= IsSettled);
        }
    }

    private void ForgetPossibleMembers()
    {
        var firstStart = ulong.MaxValue;
        foreach (var tree in _trees)
        {
            firstStart = Math.Min(firstStart, tree.FirstStart);
        }

        var hasNewRoot = UpdateRoots();
        if (firstStart < _settledBefore || hasNewRoot || _strangerSessions.Overlaps(_memberSessions))
        {
            _settled.ForgetSince(firstStart);
            _strangerSessions.Clear();
            _youngestStranger = 0;
        }

        _settledBefore = firstStart;
    }

    // Whether there is a root that may have been settled, or whose descendants may have been.
    private bool UpdateRoots()
    {
        var hasNew = false;
        foreach (var tree in _trees)
        {
            var isKnown = _seen.TryGetValue(tree, out var version) && version == tree.RootsVersion;
            hasNew |= !isKnown && tree.FirstStart <= _youngestStranger;
        }

        _seen.Clear();
        foreach (var tree in _trees)
        {
            _seen[tree] = tree.RootsVersion;
        }

        return hasNew;
    }

    private bool IsSettled(ProcessEntry entry)
    {
        if (entry.Identity.StartTime < _settledBefore)
        {
            return true;
        }

        if (_memberSessions.Contains(entry.SessionId))
        {
            return false;
        }

        foreach (var tree in _trees)
        {
            if (!tree.IsStranger(entry.Identity))
            {
                return false;
            }
        }

        _strangerSessions.Add(entry.SessionId);
        _youngestStranger = Math.Max(_youngestStranger, entry.Identity.StartTime);
        return true;
    }
}
