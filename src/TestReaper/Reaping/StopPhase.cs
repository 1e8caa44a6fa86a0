using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>Asks the tree to stop, within the grace period, and lets it finish its clean-up.</summary>
/// <remarks>
/// Workers detect the root's death by themselves (PDEATHSIG, a closed pipe, a lost connection) and clean up within 0.4 to 0.8 s.
/// Helpers such as Python's resource_tracker remove shared memory when their pipes close. To kill them when the root exits makes them
/// leak: a PyTorch server of two ranks left nine objects in /dev/shm that way, and none without the kill. Therefore:
/// <list type="number">
/// <item>SIGTERM to the root, then its standard input is closed: a server may stop on either.</item>
/// <item>When the root has exited the tree drains, for <see cref="ReapOptions.DrainPeriod"/> or until nothing exits for a second.</item>
/// <item>SIGTERM to what remains, and the rest of the grace period for it.</item>
/// </list>
/// <see cref="ReapOptions.StopWholeTree"/> sends the signal of step 3 in step 1. No process gets a second SIGTERM: vLLM and llama.cpp
/// abort their clean-up on it. Clean-up helpers get none. They may finish after what was signalled has exited.
/// </remarks>
internal sealed class StopPhase(ReapSession session)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // Exits arrive as events. The scans in between find processes that are forked during the stop and may lose their parent.
    private static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(1), DrainInterval = TimeSpan.FromMilliseconds(50);
    private readonly HashSet<ProcessIdentity> _signalled = [];
    private readonly int _stopSignal = session.Platform.Control.SignalNumber(session.Options.StopSignal);
    private readonly TimeSpan _start = session.Clock.Now;

    /// <summary>
    /// Whether the grace period has passed by itself, or was used up before the reap. Without a grace period no stop was tried.
    /// </summary>
    public bool HasHung => session.WholeGracePeriod > TimeSpan.Zero && !session.IsGraceEnded && Left <= TimeSpan.Zero;

    private bool IsOver => session.IsGraceEnded || Left <= TimeSpan.Zero;

    private TimeSpan Left => _start + session.Options.GracePeriod - session.Clock.Now;

    private IReadOnlyList<TreeMember> Living => session.Record.Living;

    public void Run()
    {
        if (IsOver)
        {
            return;
        }

        var options = session.Options;
        Signal([.. Living.Where(member => IsTop(member) || (options.StopWholeTree && !CleanUpHelper.Is(member)))]);
        session.CloseInput?.Invoke();
        WaitForSignalled(ScanInterval);
        if (!options.StopWholeTree && Living.Count > 0)
        {
            // The drain starts at the root's exit, which may be long before the reap.
            var goneFor = session.Tree.TimeSinceRootsExit;
            Drain(static _ => true, options.DrainPeriod - goneFor, goneFor);
            TreeMember[] rest = [.. Living.Where(member => !_signalled.Contains(member.Identity) && !CleanUpHelper.Is(member))];
            if (IsOver || rest.Length == 0)
            {
                return;
            }

            Signal(rest);
            WaitForSignalled(DrainInterval);
        }

        Drain(CleanUpHelper.Is, Left, TimeSpan.Zero);
    }

    // Below a spared root the reap starts with its children.
    private bool IsTop(TreeMember member) => member.IsRoot || session.Tree.IsSpared(member.ParentPid);

    private void Signal(IReadOnlyList<TreeMember> members)
    {
        foreach (var member in members)
        {
            var outcome = member.Handle.Signal(_stopSignal);
            if (outcome == SignalOutcome.Unsupported)
            {
                continue;
            }

            session.Record.AddSignal();
            _signalled.Add(member.Identity);
            if (outcome == SignalOutcome.Sent)
            {
                session.WatchExit(member);
            }
        }
    }

    private void WaitForSignalled(TimeSpan interval)
    {
        while (!IsOver && IsAnySignalledAlive())
        {
            session.Watch.WaitForAll(Durations.Shorter(interval, Left));
            if (IsAnySignalledAlive())
            {
                session.Scan();
            }
        }

        // Otherwise the report says "killed" of a process that exited by itself after the last scan.
        session.Scan();
    }

    private bool IsAnySignalledAlive() => Living.Any(member => _signalled.Contains(member.Identity) && !member.Handle.IsGone());

    /// <summary>Waits for the members that are awaited, for the period or until nothing has exited for a second.</summary>
    private void Drain(Func<TreeMember, bool> isAwaited, TimeSpan period, TimeSpan quietFor)
    {
        var end = session.Clock.Now + period;
        var (lastExit, gone) = (session.Clock.Now - quietFor, session.Record.GoneCount);
        while (!IsOver && Living.Any(isAwaited) && session.Clock.Now < end && session.Clock.Now - lastExit < Quiet)
        {
            foreach (var member in Living)
            {
                session.WatchExit(member);
            }

            session.Watch.WaitForAll(Durations.Shorter(DrainInterval, Durations.Shorter(end - session.Clock.Now, Left)));
            session.Scan();
            if (session.Record.GoneCount > gone)
            {
                (lastExit, gone) = (session.Clock.Now, session.Record.GoneCount);
            }
        }
    }
}
