using System.Runtime.CompilerServices;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Captures the processes of the machine, one capture at a time. All that ask while one runs share the next one, which begins after
/// they asked.
/// </summary>
/// <remarks>
/// Without it twenty reaps at once read all processes twenty times on a few cores. Each capture then takes so long that short-lived
/// processes die in it before they are read, and no capture proves anything until the timeout.
/// </remarks>
internal sealed class SharedCapture(IProcessPlatform platform)
{
    private static readonly ConditionalWeakTable<IProcessPlatform, SharedCapture> Captures = [];
    private readonly object _gate = new();
    private Pass? _waiting;
    private bool _isBusy;

    /// <summary>How many wait for the next capture.</summary>
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
    /// <param name="own">Receives them where no other caller waits.</param>
    /// <param name="settled">What need not be read then. A shared capture reads all.</param>
    /// <returns><paramref name="own"/>, or a snapshot that others use as well and that does not change.</returns>
    public ProcessSnapshot Take(ProcessSnapshot own, UnrelatedProcessCache settled)
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
                        // For want of descriptors, perhaps only in that thread's moment: each caller tries for itself.
                        continue;
                    }

                    (pass.IsLed, _waiting) = (true, null);
                }

                _isBusy = true;
            }

            return Lead(pass, own, settled);
        }
    }

    // Until the pass is over, or is to be led by this thread.
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

    private ProcessSnapshot Lead(Pass? pass, ProcessSnapshot own, UnrelatedProcessCache settled)
    {
        ProcessSnapshot? taken = null;
        try
        {
            var isShared = pass is { Callers: > 1 };
            var target = isShared ? new ProcessSnapshot { IsShared = true } : own;
            platform.Processes.Capture(target, isShared ? null : settled);
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
