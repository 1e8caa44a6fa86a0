using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>Inherited our id in TESTREAPER_SCOPE. Misses what cleared its environment, and what this user may not read.</summary>
/// <remarks>
/// An environment reads empty while its process is in an execve (8 to 9 % of reads under churn) and when it is a zombie. So a
/// process is asked until two looks agree; then its answer is remembered.
/// </remarks>
internal sealed class ScopeLayer(IProcessPlatform platform, string scope) : TreeLayer("scope")
{
    private readonly Dictionary<ProcessIdentity, bool> _strangers = [];

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

    public override bool? Claims(ProcessEntry candidate, TreeView view)
    {
        if (_strangers.TryGetValue(candidate.Identity, out var isCertain) && isCertain)
        {
            return false;
        }

        var carries = platform.CarriesScope(candidate.Pid, scope);
        if (carries == true)
        {
            return true;
        }

        var isSecondLook = _strangers.ContainsKey(candidate.Identity);
        _strangers[candidate.Identity] = isSecondLook;
        return isSecondLook || carries == false ? false : null;
    }
}
