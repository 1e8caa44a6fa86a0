using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>The kill loop: sends SIGKILL to the tree and rescans it until the tree is proved empty.</summary>
/// <remarks>
/// Constraint. The kernel has no call that kills a process tree. Members fork while the list of members is read and killed, so one
/// pass loses what is forked behind it (https://github.com/actions/runner/issues/4601). SIGSTOP in front of the kill doesn't help:
/// it races with fork in the same way. A process in uninterruptible sleep keeps SIGKILL pending, perhaps for minutes.
/// <para>
/// Scheme. Each pass kills first what one call reaches in whole, and with it what was forked since the scan: the cgroup
/// (<c>cgroup.kill</c>) and the process groups that hold members only. Then each member gets its own signal through its pidfd. Exits
/// arrive as events (<see cref="ExitWatch"/>); the interval between rescans grows from 10 ms to 1 s meanwhile. When a scan finds no
/// living member, the next follows at once; after an unclean one within 50 ms.
/// </para>
/// <para>
/// Invariants. (1) The loop ends only after two empty scans in a row, and after a scan since the last living member that has read every
/// process of the machine. A straggler that one scan missed may show in the second. (2) A scan counts as empty only if it is clean: every
/// process was judged, no new process died before it could be, and the cgroup is not populated.
/// (3) A signal goes to a pid only while its start time is that of the member. (4) At <see cref="ReapOptions.Timeout"/> the loop
/// throws, with the survivors or with "containment incomplete". (5) Clean-up helpers (<see cref="CleanUpHelper"/>) are killed last.
/// </para>
/// <para>
/// Kernel pages: https://docs.kernel.org/admin-guide/cgroup-v2.html (cgroup.kill, cgroup.events),
/// https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html, https://man7.org/linux/man-pages/man2/kill.2.html.
/// </para>
/// </remarks>
internal sealed class KillPhase(ReapSession session)
{
    // Interval between rescans while something refuses to die. Exits of signalled processes arrive as events and don't wait for it.
    private static readonly TimeSpan FirstSlice = TimeSpan.FromMilliseconds(10), LongestSlice = TimeSpan.FromSeconds(1);

    // The exit of a large tree needs the CPU: the first rescan waits longer for it.
    private static readonly TimeSpan PerProcess = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HelperPatience = TimeSpan.FromMilliseconds(300);

    // Scans that exceed the grace period count as part of Timeout, so that the sum of both is an upper bound.
    private readonly TimeSpan _start = Durations.Shorter(session.Clock.Now, session.Options.GracePeriod + session.RecordingTime);
    private TimeSpan _pause = TimeSpan.Zero;

    private TimeSpan Elapsed => session.Clock.Now - _start;

    private IProcessContainer? Container => session.Tree.Containment.Container;

    private IReadOnlyList<TreeMember> Living => session.Record.Living;

    /// <exception cref="ReapTimeoutException">A process is left, or its absence could not be proved.</exception>
    public void Run()
    {
        KillAllButHelpers();
        var slice = FirstSlice + (PerProcess * Living.Count);
        var (emptyPasses, hasReadAll) = (0, false);

        // The first kill uses the last scan made so far.
        for (var seen = session.LastScan; ; seen = session.Scan(isProof: emptyPasses > 0 && !hasReadAll))
        {
            if (seen.Living == 0)
            {
                // While unrelated short-lived processes run, a full scan is rarely clean. An unclean one still counts as the
                // full read: what started during it is new, so the next scans read it.
                hasReadAll |= seen.HasReadAll;
                emptyPasses = IsEmpty(seen) ? emptyPasses + 1 : 0;
                if (emptyPasses >= 2 && hasReadAll)
                {
                    return;
                }
            }
            else
            {
                (emptyPasses, hasReadAll) = (0, false);
                KillLiving();
                WaitForExits(slice);
                slice = Durations.Shorter(slice * 2, LongestSlice);
            }
        }
    }

    private bool IsEmpty(Observation seen)
    {
        // A member that /proc hides may still be in the root's group.
        KillGroups();
        if (seen.IsClean && !KillHiddenMembers())
        {
            return true;
        }

        if (Elapsed >= session.Options.Timeout)
        {
            throw ReapFailure.Incomplete(session);
        }

        session.Watch.Pause(_pause);
        _pause = Durations.Shorter(_pause + TimeSpan.FromMilliseconds(1), LongestPause);
        return false;
    }

    private void WaitForExits(TimeSpan slice)
    {
        var elapsed = Elapsed;
        session.Log.WarnIfSlow(elapsed, Living);
        if (elapsed >= session.Options.Timeout)
        {
            throw ReapFailure.Survivors(session);
        }

        var wait = Durations.Shorter(slice, Durations.Shorter(session.Options.Timeout - elapsed, session.Log.TimeToWarning(elapsed)));
        if (session.Watch.Remaining > 0)
        {
            session.Watch.WaitForAll(wait);
        }
        else if (Living.Any(member => !member.Handle.IsGone()))
        {
            // Every living member refused the signal: no exit event is expected.
            session.Watch.Pause(wait);
        }
    }

    /// <summary>Gives the clean-up helpers 300 ms: most of them exit a millisecond after their pipes close.</summary>
    private void KillAllButHelpers()
    {
        if (!Living.Any(CleanUpHelper.Is))
        {
            return;
        }

        foreach (var member in Living.Where(member => !CleanUpHelper.Is(member)))
        {
            Kill(member, inOneCall: false);
        }

        foreach (var helper in Living.Where(CleanUpHelper.Is))
        {
            session.WatchExit(helper);
        }

        session.Watch.WaitForAll(Durations.Shorter(HelperPatience, session.Options.Timeout));
        session.Scan();
    }

    private void KillLiving()
    {
        // First the calls that reach many processes at once, including those forked since the scan.
        Container?.Kill();
        var inOneCall = KillGroups() || Container is not null;
        foreach (var member in Living)
        {
            Kill(member, inOneCall);
        }
    }

    private void Kill(TreeMember member, bool inOneCall)
    {
        session.Record.AddKill(member, member.Handle.Signal(session.Platform.Control.KillSignal), inOneCall);
        session.WatchExit(member);
    }

    private bool KillGroups()
    {
        var groups = session.Tree.KillableGroups();
        foreach (var group in groups)
        {
            session.Platform.Control.SignalGroup(group, session.Platform.Control.KillSignal);
        }

        return groups.Count > 0;
    }

    // True also for a process that is not visible here, such as one in another PID namespace.
    private bool KillHiddenMembers()
    {
        if (Container is not { } container || !container.IsPopulated())
        {
            return false;
        }

        container.Kill();
        return true;
    }
}
