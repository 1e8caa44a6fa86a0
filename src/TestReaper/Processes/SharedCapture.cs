using System.Runtime.CompilerServices;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Captures the processes of the machine, one capture at a time. Callers that arrive while a capture runs share the next one, which
/// begins after their calls.
/// </summary>
/// <remarks>
/// Twenty reaps at once would read all processes twenty times. On few cores each capture then takes so long that short-lived processes
/// die before they are read, and no capture is a proof until the timeout.
/// </remarks>
internal sealed class SharedCapture(IProcessPlatform platform)
{
    private static readonly ConditionalWeakTable<IProcessPlatform, SharedCapture> Captures = [];
    private readonly object _gate = new();
    private Pass? _waiting;
    private bool _isBusy;

    /// <summary>How many callers wait for the next capture.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting?.Callers ?? 0;
            }
        }
    }

    public static SharedCapture For(IProcessPlatform platform) =>
        Captures.GetValue(platform, static platform => new SharedCapture(platform));

    /// <summary>Captures all processes at a moment after this call.</summary>
    /// <param name="own">Receives them if no other caller waits.</param>
    /// <param name="unrelated">What need not be read in that case. A shared capture reads everything.</param>
    /// <returns><paramref name="own"/>, or a snapshot that is shared with other callers and does not change.</returns>
    public ProcessSnapshot Capture(ProcessSnapshot own, UnrelatedProcessCache unrelated)
    {
        own.Clear();
        while (true)
        {
            Pass? pass = null;
            lock (_gate)
            {
                if (_isBusy)
                {
                    pass = Join();
                    if (pass.Snapshot is { } shared)
                    {
                        return shared;
                    }

                    if (pass.HasFailed)
                    {
                        // That thread may have run out of descriptors for a moment: each caller tries for itself.
                        continue;
                    }

                    (pass.IsLed, _waiting) = (true, null);
                }

                _isBusy = true;
            }

            return Lead(pass, own, unrelated);
        }
    }

    // Waits until the pass is over, or until this thread has to lead it.
    private Pass Join()
    {
        var pass = _waiting ??= new Pass();
        pass.Callers++;
        while (pass.Snapshot is null && !pass.HasFailed && (pass.IsLed || _isBusy))
        {
            Monitor.Wait(_gate);
        }

        return pass;
    }

    private ProcessSnapshot Lead(Pass? pass, ProcessSnapshot own, UnrelatedProcessCache unrelated)
    {
        ProcessSnapshot? taken = null;
        try
        {
            var isShared = pass is { Callers: > 1 };
            var target = isShared ? new ProcessSnapshot { IsShared = true } : own;
            platform.Processes.Capture(target, isShared ? null : unrelated);
            return taken = target;
        }
        finally
        {
            lock (_gate)
            {
                _isBusy = false;
                if (pass is not null)
                {
                    (pass.Snapshot, pass.HasFailed) = (taken, taken is null);
                }

                Monitor.PulseAll(_gate);
            }
        }
    }

    private sealed class Pass
    {
        public int Callers { get; set; }

        public bool IsLed { get; set; }

        public bool HasFailed { get; set; }

        public ProcessSnapshot? Snapshot { get; set; }
    }
}
