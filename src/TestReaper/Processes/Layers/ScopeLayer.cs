using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>Inherited our id in TESTREAPER_SCOPE. Misses what cleared its environment, and what this user may not read.</summary>
/// <remarks>
/// An environment reads empty while its process is in an execve (8 to 9 % of reads under churn) and when it is a zombie. So a
/// process is asked until two scans agree; then its answer is remembered. One whose memory is locked gives no answer at all: it is
/// asked at each scan.
/// </remarks>
internal sealed class ScopeLayer(IProcessPlatform platform, string scope) : TreeLayer("scope")
{
    private readonly Dictionary<ProcessIdentity, bool> _strangers = [];
    private readonly Dictionary<ProcessIdentity, ScopeAnswer> _answers = [];
    private readonly List<int> _pids = [];
    private ScopeAnswer[] _read = [];

    public override void BeginLook(TreeView view)
    {
        // Forgets the dead, so that the memory does not grow with every process the machine ever ran.
        if (_strangers.Count > 2 * view.Snapshot.Entries.Count)
        {
            foreach (var identity in _strangers.Keys.Where(identity => !view.Snapshot.Contains(identity)).ToList())
            {
                _strangers.Remove(identity);
            }
        }
    }

    public override void Prepare(IReadOnlyList<ProcessEntry> candidates, TimeSpan? stallBudget)
    {
        _answers.Clear();
        _pids.Clear();
        foreach (var candidate in candidates)
        {
            if (!IsStranger(candidate.Identity))
            {
                _pids.Add(candidate.Pid);
            }
        }

        if (_pids.Count == 0)
        {
            return;
        }

        _read = _read.Length < _pids.Count ? new ScopeAnswer[_pids.Count * 2] : _read;
        platform.Marks.ReadScope(_pids, scope, _read, stallBudget);
        var next = 0;
        foreach (var candidate in candidates)
        {
            if (!IsStranger(candidate.Identity))
            {
                _answers[candidate.Identity] = _read[next++];
            }
        }
    }

    public override bool? Claims(ProcessEntry candidate, TreeView view)
    {
        if (IsStranger(candidate.Identity))
        {
            return false;
        }

        var answer = _answers.Remove(candidate.Identity, out var prepared) ? prepared : Ask(candidate.Pid);
        if (answer is ScopeAnswer.Yes or ScopeAnswer.Blocked)
        {
            return answer == ScopeAnswer.Yes ? true : null;
        }

        var isSecondLook = _strangers.ContainsKey(candidate.Identity);
        _strangers[candidate.Identity] = isSecondLook;
        return isSecondLook || answer == ScopeAnswer.No ? false : null;
    }

    /// <summary>Whether the process has answered for certain that it is none of the tree's.</summary>
    public bool IsStranger(ProcessIdentity identity) => _strangers.TryGetValue(identity, out var isCertain) && isCertain;

    private ScopeAnswer Ask(int pid)
    {
        var answer = new ScopeAnswer[1];
        platform.Marks.ReadScope([pid], scope, answer);
        return answer[0];
    }
}
