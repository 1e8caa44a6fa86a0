using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Decides without a read of its memory that a process cannot be of a tree that this process started. What was ours is below a
/// member, or was given to init or to a subreaper among our ancestors; what is below an unrelated process is unrelated.
/// </summary>
/// <remarks>
/// Without it a reap by an ordinary user could not end on a machine where another user builds software, and one stuck process
/// anywhere would stop every reap: their environments can't be read.
/// </remarks>
internal sealed class UnrelatedByDescent(IProcessPlatform platform)
{
    private readonly HashSet<int> _rootSessions = [];
    private readonly HashSet<int> _olderSessions = [];
    private ProcessSnapshot? _sessionsOf;

    /// <summary>Adds the session of a root that was not launched here: unrelated processes may be in it, so it excludes none.</summary>
    public void AddRootSession(int session) => _rootSessions.Add(session);

    /// <summary>Begins a scan: forgets what the last one found of sessions.</summary>
    public void BeginLook() => _sessionsOf = null;

    public bool IsCertain(ProcessEntry entry, ProcessSnapshot snapshot, ulong firstStart, Func<ProcessEntry, bool> isOurs)
    {
        // A parent that is younger than its child got the pid of the real one. The bound is for circles of such pids.
        for (var generation = 0; generation < 100; generation++)
        {
            if (TreeRegistry.IsOfAnother(entry.Identity) || IsInOlderSession(entry, snapshot, firstStart))
            {
                return true;
            }

            // The runtime's own child: this process has started it, and not as a root, or it would be a member.
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

    // A process enters a session only by its birth or by founding it. So a session of a process that is older than the tree is
    // not of the tree: neither one that it has founded, nor one that it was born into.
    private bool IsInOlderSession(ProcessEntry entry, ProcessSnapshot snapshot, ulong firstStart)
    {
        if (_sessionsOf != snapshot)
        {
            _sessionsOf = snapshot;
            _olderSessions.Clear();
            foreach (var other in snapshot.Entries)
            {
                if (other.Identity.StartTime < firstStart)
                {
                    _olderSessions.Add(other.SessionId);
                }
            }
        }

        return entry.SessionId != entry.Pid && _olderSessions.Contains(entry.SessionId) && !_rootSessions.Contains(entry.SessionId);
    }
}
