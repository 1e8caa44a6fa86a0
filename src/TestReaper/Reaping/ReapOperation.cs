using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.SharedMemory;

namespace TestReaper.Reaping;

/// <summary>
/// One reap, in phases: look, ask, kill, confirm. Runs on a thread of its own, which sleeps in the kernel between the steps.
/// </summary>
internal sealed class ReapOperation : IDisposable
{
    // A look for stragglers while something refuses to die; the end of what was signalled is an event and waits for no look.
    private static readonly TimeSpan FirstSlice = TimeSpan.FromMilliseconds(10), LongestSlice = TimeSpan.FromSeconds(1);
    // A large tree takes long to die; looking at it meanwhile would only take the CPU away from that.
    private static readonly TimeSpan PerProcess = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan MemoryBudget = TimeSpan.FromMilliseconds(500);
    private readonly SharedMemoryTracker? _memory;
    private readonly IProcessPlatform _platform;
    private readonly TreeTracker _tree;
    private readonly ReapOptions _options;
    private readonly ReapLog _log;
    private readonly ReapClock _clock;
    private readonly ReapRecord _record;
    private readonly ExitWatch _graceWatch;
    private volatile bool _graceEnded;
    private Observation? _lastLook;
    private bool _hasLooked;

    /// <param name="platform">The operating system.</param>
    /// <param name="tree">Whom to reap.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="mask">Hides secrets in command lines.</param>
    /// <param name="logger">Gets the warnings.</param>
    /// <param name="time">Measures the deadlines.</param>
    /// <param name="memory">Knows the tree's shared memory; null where none is released.</param>
    public ReapOperation(IProcessPlatform platform, TreeTracker tree, ReapOptions options, SecretMask mask, ILogger logger, TimeProvider time, SharedMemoryTracker? memory = null)
    {
        _memory = memory;
        _platform = platform;
        _tree = tree;
        _options = options;
        _clock = new ReapClock(time);
        _record = new ReapRecord(platform, tree, mask, _clock);
        _log = new ReapLog(logger, options);
        _graceWatch = platform.CreateExitWatch();
    }

    /// <summary>Goes on to SIGKILL at once. May be called from any thread, at any time.</summary>
    public void EndGrace()
    {
        _graceEnded = true;
        _graceWatch.Wake();
    }

    /// <exception cref="ReapTimeoutException">Something is left, or its absence could not be proved.</exception>
    public ReapReport Run()
    {
        // Before any signal: a launcher that exits on SIGTERM takes with it the parent links that lead to its children.
        _lastLook = Look();
        Terminate();
        Kill();
        return _record.ToReport();
    }

    public void Dispose() => _graceWatch.Dispose();

    private void Terminate()
    {
        if (_options.GracePeriod == TimeSpan.Zero || _graceEnded)
        {
            return;
        }

        var stopSignal = _platform.SignalNumber(_options.StopSignal);
        var start = _clock.Now;
        foreach (var member in _record.Living.Where(member => member.IsRoot || _options.StopWholeTree || _tree.IsSpared(member.ParentPid)))
        {
            _record.SignalSent();
            if (member.Handle.Signal(stopSignal) == SignalOutcome.Sent)
            {
                _graceWatch.Add(member.Handle);
            }
        }

        if (_graceWatch.Remaining == 0)
        {
            // All gone already: the look before the signal would have them killed, in the report at least.
            _lastLook = Look();
        }

        while (_graceWatch.Remaining > 0 && !_graceEnded && _clock.Since(start) is var elapsed && elapsed < _options.GracePeriod)
        {
            _graceWatch.WaitForAll(Shortest(LongestSlice, _options.GracePeriod - elapsed));

            // What is forked during an orderly stop may lose its parent before the kill.
            _lastLook = Look();
        }
    }

    private void Kill()
    {
        using var watch = _platform.CreateExitWatch();
        var watched = new HashSet<ProcessIdentity>();
        var start = _clock.Now;
        var slice = FirstSlice + (PerProcess * _record.Living.Count);
        var pause = TimeSpan.Zero;
        for (var emptyPasses = 0; emptyPasses < 2;)
        {
            // The look before the first signal serves for the first kill, too.
            var seen = _lastLook ?? Look(isProof: emptyPasses > 0);
            _lastLook = null;
            if (seen.Living == 0)
            {
                // What is hidden from us may still be in the root's group.
                KillGroups();
                var isEmpty = seen.IsClean && !IsPopulated();
                emptyPasses = isEmpty ? emptyPasses + 1 : 0;
                if (!isEmpty)
                {
                    if (_clock.Since(start) >= _options.Timeout)
                    {
                        throw ReapFailure.Incomplete(_record, _options);
                    }

                    Thread.Sleep(pause);
                    pause = Shortest(pause + TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));
                }

                continue;
            }

            emptyPasses = 0;
            KillLiving(watch, watched);
            var elapsed = _clock.Since(start);
            _log.WarnIfSlow(elapsed, _record.Living);
            if (elapsed >= _options.Timeout)
            {
                throw ReapFailure.Survivors(_record, _platform, _options);
            }

            var wait = Shortest(slice, Shortest(_options.Timeout - elapsed, _log.TimeToWarning(elapsed)));
            if (watch.Remaining > 0)
            {
                watch.WaitForAll(wait);
            }
            else
            {
                // All that lives refused the signal: there is no event to wait for.
                Thread.Sleep(wait);
            }

            slice = Shortest(slice * 2, LongestSlice);
        }
    }

    private Observation Look(bool isProof = false)
    {
        var seen = _tree.Observe(keepGone: true, isProof);
        _record.Note();
        _memory?.Look(_record.Living, MemoryBudget, isThorough: !_hasLooked);
        _hasLooked = true;
        return seen;
    }

    private void KillLiving(ExitWatch watch, HashSet<ProcessIdentity> watched)
    {
        // First what reaches many in one call, also those that were forked since the look.
        _tree.Containment.Container?.Kill();
        var inOneCall = KillGroups() || _tree.Containment.Container is not null;
        foreach (var member in _record.Living)
        {
            _record.Killed(member, member.Handle.Signal(_platform.KillSignal), inOneCall);
            if (watched.Add(member.Identity))
            {
                watch.Add(member.Handle);
            }
        }
    }

    private bool KillGroups()
    {
        var groups = _tree.KillableGroups();
        foreach (var group in groups)
        {
            _platform.SignalGroup(group, _platform.KillSignal);
        }

        return groups.Count > 0;
    }

    // By a process that cannot be seen from here, in another PID namespace, say.
    private bool IsPopulated()
    {
        if (_tree.Containment.Container is not { } container || !container.IsPopulated())
        {
            return false;
        }

        container.Kill();
        return true;
    }

    private static TimeSpan Shortest(TimeSpan first, TimeSpan second) => first < second ? first : second;
}
