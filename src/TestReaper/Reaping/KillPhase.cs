using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>
/// Kills what is left, and scans and kills again until two scans in a row have found nothing and nothing new went unread. One pass
/// would lose what is forked behind it (actions/runner #4601).
/// </summary>
internal sealed class KillPhase(ReapSession session)
{
    // Interval between rescans while something refuses to die. Exits of signalled processes arrive as events and don't wait for it.
    private static readonly TimeSpan FirstSlice = TimeSpan.FromMilliseconds(10), LongestSlice = TimeSpan.FromSeconds(1);

    // A large tree takes long to die; scanning it meanwhile would take the CPU away from that.
    private static readonly TimeSpan PerProcess = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HelperPatience = TimeSpan.FromMilliseconds(300);

    // The grace period may end early; what the scans before took beyond it counts here, so that the sum of both holds.
    private readonly TimeSpan _start = Durations.Shorter(session.Clock.Now, session.Options.GracePeriod);
    private TimeSpan _pause = TimeSpan.Zero;

    private TimeSpan Elapsed => session.Clock.Since(_start);

    private IProcessContainer? Container => session.Tree.Containment.Container;

    private IReadOnlyList<TreeMember> Living => session.Record.Living;

    /// <exception cref="ReapTimeoutException">Something is left, or its absence could not be proved.</exception>
    public void Run()
    {
        KillAllButHelpers();
        var slice = FirstSlice + (PerProcess * Living.Count);
        var (emptyPasses, hasReadAll) = (0, false);

        // The last scan of the phase before serves for the first kill.
        for (var seen = session.LastScan; ; seen = session.Scan(isProof: emptyPasses > 0 && !hasReadAll))
        {
            if (seen.Living == 0)
            {
                // Where short-lived processes die unread the scan of all is rarely clean. The scans after it read what is new.
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
        // What is hidden from us may still be in the root's group.
        KillGroups();
        if (seen.IsClean && !IsPopulated())
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
            // All that lives refused the signal: there is no event to wait for.
            session.Watch.Pause(wait);
        }
    }

    /// <summary>Leaves the clean-up helpers alone for a moment: most of them end when their pipes close, a millisecond later.</summary>
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
        // First what reaches many in one call, also those that were forked since the scan.
        Container?.Kill();
        var inOneCall = KillGroups() || Container is not null;
        foreach (var member in Living)
        {
            Kill(member, inOneCall);
        }
    }

    private void Kill(TreeMember member, bool inOneCall)
    {
        session.Record.Killed(member, member.Handle.Signal(session.Platform.Control.KillSignal), inOneCall);
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

    // By a process that cannot be seen from here, in another PID namespace, say.
    private bool IsPopulated()
    {
        if (Container is not { } container || !container.IsPopulated())
        {
            return false;
        }

        container.Kill();
        return true;
    }
}
