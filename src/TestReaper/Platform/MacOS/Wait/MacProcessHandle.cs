using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;

namespace TestReaper.Platform.MacOS.Wait;

/// <summary>A process by its pid and start time. macOS has no handle that keeps a pid from being reused.</summary>
internal sealed class MacProcessHandle(ProcessIdentity identity) : ProcessHandle(identity)
{
    private readonly object _gate = new();
    private ExitStatus? _exit;
    private volatile bool _gone, _isDisposed;

    internal bool IsDisposed => _isDisposed;

    public override bool HoldsPid => ProcessList.TryRead(Identity.Pid, out BsdProcess process) switch
    {
        ReadOutcome.Read => process.Identity == Identity,
        ReadOutcome.Absent => SendByPid(Identity.Pid, 0) != SignalOutcome.Gone,
        _ => true,
    };

    public override bool IsGone() => _gone = _gone || ReadIsGone();

    public override SignalOutcome Signal(int signal) => IsGone() ? SignalOutcome.Gone : SendByPid(Identity.Pid, signal);

    public override ExitStatus? ReadExit()
    {
        lock (_gate)
        {
            if (_exit is null)
            {
                _ = ReadIsGone();
            }

            return _exit;
        }
    }

    public override void Dispose()
    {
        // The exit of a zombie is known only until its parent collects it.
        _ = _gone ? ReadExit() : null;
        _isDisposed = true;
    }

    internal static SignalOutcome SendByPid(int pid, int signal) => Errno.Of(LibSystem.kill(pid, signal)) switch
    {
        0 => SignalOutcome.Sent,
        Errno.ESRCH => SignalOutcome.Gone,
        _ => SignalOutcome.Denied,
    };

    /// <summary>Takes over an exit that the kernel has reported.</summary>
    internal void SetGone(ExitStatus? exit)
    {
        lock (_gate)
        {
            _exit ??= exit;
            _gone = true;
        }
    }

    private bool ReadIsGone()
    {
        switch (ProcessList.TryRead(Identity.Pid, out BsdProcess process))
        {
            case ReadOutcome.Read when process.Identity == Identity && process.IsZombie:
                SetGone(WaitStatus.Parse(process.ExitStatus));
                return true;
            case ReadOutcome.Read:
                return process.Identity != Identity;
            case ReadOutcome.Absent:
                return SendByPid(Identity.Pid, 0) == SignalOutcome.Gone;
            default:
                return false;
        }
    }
}
