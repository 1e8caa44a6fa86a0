using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// Remembers the processes that may descend from what this process started itself, outside of any tree. When their parents exit they
/// become children of this process, and then only this memory distinguishes them from the orphans of a tree.
/// </summary>
internal sealed class UnrelatedOrphans
{
    private readonly HashSet<ProcessIdentity> _seen = [];
    private readonly HashSet<int> _sessions = [];
    private readonly HashSet<int> _present = [];

    /// <summary>Whether it is a child of this process that leads a session: started here, or an orphan that founded one.</summary>
    public static bool IsLeader(ProcessEntry entry) => entry.ParentPid == Environment.ProcessId && entry.SessionId == entry.Pid;

    public bool Contains(ProcessEntry entry) =>
        _seen.Contains(entry.Identity) || _sessions.Contains(entry.SessionId) || IsLeader(entry);

    /// <summary>Updates from a scan, after all other layers have claimed their processes.</summary>
    public void Update(IReadOnlyList<ProcessEntry> candidates, TreeView view)
    {
        UpdateSessions(view);
        _seen.UnionWith(candidates.Where(candidate => candidate.ParentPid != Environment.ProcessId
            && view.Snapshot.TryGet(candidate.ParentPid, out var parent)
            && !view.IsMember(parent.Identity)).Select(static candidate => candidate.Identity));
        if (_seen.Count > 2 * view.Snapshot.Entries.Count)
        {
            _seen.RemoveWhere(identity => !view.Snapshot.Contains(identity));
        }
    }

    // A session stays unrelated after its leader has exited. Once it is empty, the kernel may reuse the number.
    private void UpdateSessions(TreeView view)
    {
        _present.Clear();
        foreach (var entry in view.Snapshot.Entries)
        {
            _present.Add(entry.SessionId);
            if (entry.SessionId != entry.Pid)
            {
                continue;
            }

            if (view.IsMember(entry.Identity))
            {
                _sessions.Remove(entry.SessionId);
            }
            else if (IsLeader(entry))
            {
                _sessions.Add(entry.SessionId);
            }
        }

        _sessions.IntersectWith(_present);
    }
}
