using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Decides, without reading its memory, that a process cannot belong to a tree that this process started. A descendant of the tree is
/// below a member, or was reparented to init or to a subreaper among the ancestors of this process. What is below an unrelated process
/// is unrelated.
/// </summary>
/// <remarks>
/// The environment of another user's process, or of a stuck one, cannot be read. Without this class, no reap by an ordinary user could
/// end on a machine where another user builds software.
/// </remarks>
internal sealed class UnrelatedByDescent(IProcessPlatform platform)
{
    private readonly HashSet<int> _rootSessions = [];
    private readonly HashSet<int> _olderSessions = [];
    private ProcessSnapshot? _sessionsOf;

    /// <summary>Adds the session of a root. Unrelated processes may share it, so it excludes no process.</summary>
    public void AddRootSession(int session) => _rootSessions.Add(session);

    /// <summary>Begins a scan: clears the sessions that the last one found.</summary>
    public void BeginScan() => _sessionsOf = null;

    public bool IsCertain(ProcessEntry entry, ProcessSnapshot snapshot, ulong firstStart, Func<ProcessEntry, bool> isOurs)
    {
        // A parent that is younger than its child has reused the pid of the real parent. The limit ends cycles of such pids.
        for (var generation = 0; generation < 100; generation++)
        {
            if (TreeMembers.IsOfAnotherTree(entry.Identity) || IsInOlderSession(entry, snapshot, firstStart))
            {
                return true;
            }

            // A child of the runtime: this process started it, and not as a root, or it would be a member.
            if (entry.ParentPid == Environment.ProcessId && platform.Children.IsStartedByRuntime(entry.Pid))
            {
                return true;
            }

            if (!snapshot.TryGet(entry.ParentPid, out var parent) || parent.Identity.StartTime > entry.Identity.StartTime || isOurs(parent))
            {
                return false;
            }

            if (parent.Identity.StartTime < firstStart)
            {
                return true;
            }

            entry = parent;
        }

        return false;
    }

    // A process enters a session only by fork or by founding it. So a session that contains a process older than the tree does not
    // belong to the tree, whether that process founded it or inherited it.
    private bool IsInOlderSession(ProcessEntry entry, ProcessSnapshot snapshot, ulong firstStart)
    {
        if (_sessionsOf != snapshot)
        {
            _sessionsOf = snapshot;
            _olderSessions.Clear();
            _olderSessions.UnionWith(
                snapshot.Entries.Where(other => other.Identity.StartTime < firstStart).Select(static other => other.SessionId));
        }

        return entry.SessionId != entry.Pid && _olderSessions.Contains(entry.SessionId) && !_rootSessions.Contains(entry.SessionId);
    }
}
