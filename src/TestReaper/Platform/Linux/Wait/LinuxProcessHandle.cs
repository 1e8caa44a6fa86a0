using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>A process held by its pidfd, or by pid + start time where there is no pidfd for it.</summary>
internal sealed class LinuxProcessHandle : ProcessHandle
{
    private const short PollIn = 1;
    private readonly object _gate = new();
    private ExitStatus? _exit;
    private bool _gone;

    private LinuxProcessHandle(ProcessIdentity identity, int fd)
        : base(identity)
    {
        Fd = fd;
        IsPolled = fd < 0;
    }

    public override bool IsPolled { get; }

    /// <summary>The pidfd, or -1.</summary>
    internal int Fd { get; private set; }

    internal static LinuxProcessHandle Open(ProcessIdentity identity)
    {
        var outcome = Pidfd.TryOpen(identity.Pid, out var fd);
        var handle = new LinuxProcessHandle(identity, fd) { _gone = outcome == PidfdOutcome.Gone };

        // The pid may have been reused before the pidfd was opened. From here on the descriptor stays with its process.
        if (outcome == PidfdOutcome.Opened
            && ProcFs.TryRead(identity.Pid, out var entry) == ReadOutcome.Read
            && entry.Identity != identity)
        {
            // The exit of the other process is not that of this one.
            handle._gone = true;
            handle.CloseFd();
        }

        return handle;
    }

    public override bool IsGone() => _gone = _gone || (Fd >= 0 ? IsReadable() : IsGoneByProcFs());

    // Signal 0 reaches a zombie, and fails once it is collected.
    public override bool HoldsPid => SendByPidfd(0) switch
    {
        0 => true,
        Errno.ESRCH => false,
        _ => HoldsPidByProcFs(),
    };

    public override SignalOutcome Signal(int signal)
    {
        if (_gone)
        {
            return SignalOutcome.Gone;
        }

        // A seccomp filter may refuse this call with any of these. kill(2) below shows whether the user lacks permission.
        var error = SendByPidfd(signal);
        if (error is not (Errno.ENOSYS or Errno.EINVAL or Errno.EPERM))
        {
            return Meaning(error);
        }

        return IsGone() ? SignalOutcome.Gone : SendByPid(Identity.Pid, signal);
    }

    public override ExitStatus? ReadExit()
    {
        lock (_gate)
        {
            // The pidfd has the status once the process is collected, and /proc has it before. The parent may collect it in between.
            return _exit ??= ReadExitFromPidfd() ?? ZombieExit.Read(Identity) ?? ReadExitFromPidfd();
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            if (Fd >= 0)
            {
                // The pidfd is the only source once the process is collected.
                _exit ??= IsGone() ? ReadExitFromPidfd() : null;
                CloseFd();
            }
        }
    }

    private void CloseFd()
    {
        _ = LibC.close(Fd);
        Fd = -1;
    }

    private ExitStatus? ReadExitFromPidfd() => Fd >= 0 ? PidfdExit.Read(Fd) : null;

    // ENOSYS without a pidfd.
    private int SendByPidfd(int signal) => Fd >= 0 ? Pidfd.SendSignal(Fd, signal) : Errno.ENOSYS;

    internal static SignalOutcome SendByPid(int pid, int signal) => Meaning(Errno.Of(LibC.kill(pid, signal)));

    /// <summary>Takes over an exit that an epoll has reported.</summary>
    internal void SetGone() => _gone = true;

    /// <summary>The meaning of an error of pidfd_send_signal(2) or kill(2): only ESRCH means that the process is gone.</summary>
    internal static SignalOutcome Meaning(int error) => error switch
    {
        0 => SignalOutcome.Sent,
        Errno.ESRCH => SignalOutcome.Gone,
        _ => SignalOutcome.Denied,
    };

    // A pidfd becomes readable when the last thread has exited. POLLHUP says that the process was also collected.
    private bool IsReadable()
    {
        var poll = new LibC.PollFd { Fd = Fd, Events = PollIn };
        return LibC.poll(ref poll, 1, 0) > 0 && (poll.Returned & PollIn) != 0;
    }

    private bool HoldsPidByProcFs() => ProcFs.TryRead(Identity.Pid, out var entry) switch
    {
        ReadOutcome.Read => entry.Identity == Identity,
        ReadOutcome.Absent => SendByPid(Identity.Pid, 0) != SignalOutcome.Gone,
        _ => true,
    };

    private bool IsGoneByProcFs() => ProcFs.TryRead(Identity.Pid, out var entry) switch
    {
        ReadOutcome.Read => entry.Identity != Identity || entry.IsGone,

        // With hidepid=2 a living process of another user is absent from /proc: then signal 0 decides.
        ReadOutcome.Absent => SendByPid(Identity.Pid, 0) == SignalOutcome.Gone || IsZombieOfThisProcess(),
        _ => false,
    };

    // A zombie accepts signals, and orphans of a subreaper stay zombies. waitid(2) reports the exit after the last thread has exited.
    private bool IsZombieOfThisProcess() => new WaitTarget(Identity.Pid, null).Wait(WaitTarget.PeekNow) is { Code: not null };
}
