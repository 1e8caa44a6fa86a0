using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>Inherited the scope's id in TESTREAPER_SCOPE. Misses what cleared its environment, and what this user may not read.</summary>
/// <remarks>
/// An environment reads empty while its process is in an execve (8 to 9 % of reads under churn) and when it is a zombie. So an empty
/// environment counts only when a second scan agrees; then the answer is remembered. A process whose memory is locked gives no answer:
/// each scan reads it again.
/// </remarks>
internal sealed class ScopeLayer(IProcessPlatform platform, string scope) : TreeLayer("scope")
{
    private readonly Dictionary<ProcessIdentity, bool> _unrelated = [];
    private readonly Dictionary<int, ScopeAnswer> _answers = [];
    private readonly List<int> _pids = [];
    private ScopeAnswer[] _read = [];

    public override void BeginScan(TreeView view)
    {
        // Removes the dead, so that memory does not grow with each process that the machine ever ran.
        if (_unrelated.Count > 2 * view.Snapshot.Entries.Count)
        {
            foreach (var identity in _unrelated.Keys.Where(identity => !view.Snapshot.Contains(identity)).ToList())
            {
                _unrelated.Remove(identity);
            }
        }
    }

    public override void Prepare(IReadOnlyList<ProcessEntry> candidates, TreeView view, TimeSpan? stallBudget)
    {
        _answers.Clear();
        _pids.Clear();
        _pids.AddRange(candidates.Where(candidate => !IsUnrelated(candidate.Identity)).Select(static candidate => candidate.Pid));
        if (_pids.Count == 0)
        {
            return;
        }

        _read = _read.Length < _pids.Count ? new ScopeAnswer[_pids.Count * 2] : _read;
        platform.Marks.ReadScope(_pids, scope, _read, stallBudget);
        for (var i = 0; i < _pids.Count; i++)
        {
            _answers[_pids[i]] = _read[i];
        }
    }

    public override bool? Claims(ProcessEntry candidate, TreeView view)
    {
        if (IsUnrelated(candidate.Identity))
        {
            return false;
        }

        var answer = _answers[candidate.Pid];
        if (answer is ScopeAnswer.Yes or ScopeAnswer.Blocked)
        {
            return answer == ScopeAnswer.Yes ? true : null;
        }

        var isSecondScan = _unrelated.ContainsKey(candidate.Identity);
        _unrelated[candidate.Identity] = isSecondScan;
        return isSecondScan || answer == ScopeAnswer.No ? false : null;
    }

    /// <summary>Whether the process certainly does not carry the scope.</summary>
    public bool IsUnrelated(ProcessIdentity identity) => _unrelated.TryGetValue(identity, out var isCertain) && isCertain;
}
