namespace TestReaper.Processes;

/// <summary>
/// Tells by descent alone that a process cannot be of a tree that this process started. What was ours is below a member, or was
/// given to init or to a subreaper among our ancestors; below a stranger that was there before us, all are strangers.
/// </summary>
/// <remarks>
/// Without it a reap by an ordinary user could not end on a machine where another user builds software: those processes are
/// new at each look and their environments can't be read.
/// </remarks>
internal static class ForeignDescent
{
    public static bool IsCertain(ProcessEntry entry, ProcessSnapshot snapshot, ulong firstStart, Func<ProcessEntry, bool> isOurs)
    {
        // A parent that is younger than its child got the pid of the real one. The bound is for circles of such pids.
        for (var generation = 0; generation < 100; generation++)
        {
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
}
