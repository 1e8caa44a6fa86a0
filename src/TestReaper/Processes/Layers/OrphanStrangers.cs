using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// Remembers the processes that may descend from what this process has started itself, outside of any tree. They can become its
/// children when their parents end, and then nothing but this memory tells them from the orphans of a tree.
/// </summary>
internal sealed class OrphanStrangers
{
    private readonly HashSet<ProcessIdentity> _seen = [];
    private readonly HashSet<int> _sessions = [];
    private readonly HashSet<int> _present = [];

    /// <summary>Whether it is a child of this process that leads a session: it was born here, or is an orphan that has founded one.</summary>
    public static bool IsLeader(ProcessEntry entry) => entry.ParentPid == Environment.ProcessId && entry.SessionId == entry.Pid;

    public bool Contains(ProcessEntry entry) => _seen.Contains(entry.Identity) || _sessions.Contains(entry.SessionId) || IsLeader(entry);

    /// <summary>Learns from a look, after all layers that go by kinship and marks have claimed theirs.</summary>
    public void Learn(IReadOnlyList<ProcessEntry> candidates, TreeView view)
    {
        LearnSessions(view);
        foreach (var candidate in candidates)
        {
            var isBelowStranger = candidate.ParentPid != Environment.ProcessId
                && view.Snapshot.TryGet(candidate.ParentPid, out var parent)
                && !view.IsMember(parent.Identity);
            if (isBelowStranger)
            {
                _seen.Add(candidate.Identity);
            }
        }

        if (_seen.Count > 2 * view.Snapshot.Entries.Count)
        {
            _seen.RemoveWhere(identity => !view.Snapshot.Contains(identity));
        }
    }

    // A session stays a stranger's after its leader has ended. Once it is empty the kernel may give the number to another.
    private void LearnSessions(TreeView view)
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
