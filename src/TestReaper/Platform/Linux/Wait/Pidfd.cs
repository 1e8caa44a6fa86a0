using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>pidfd_open(2), with a meaning for each errno.</summary>
internal static class Pidfd
{
    // An old kernel or a seccomp filter always refuses the call. It is tried once in this process.
    private static volatile bool _refused;

    internal static bool IsAvailable
    {
        get
        {
            OpenOwn(Environment.ProcessId)?.Dispose();
            return !_refused;
        }
    }

    /// <summary>The descriptor of a child that has not been collected yet; null if none can be opened.</summary>
    internal static SafeFileHandle? OpenOwn(int pid) =>
        TryOpen(pid, out var fd) == PidfdOutcome.Opened ? new SafeFileHandle(fd, ownsHandle: true) : null;

    internal static PidfdOutcome TryOpen(int pid, out int fd)
    {
        fd = -1;
        if (_refused)
        {
            return PidfdOutcome.NotAvailable;
        }

        fd = (int)LibC.syscall(SystemCall.PidfdOpen, pid, 0, 0, 0);
        if (fd >= 0)
        {
            return PidfdOutcome.Opened;
        }

        var outcome = Meaning(Marshal.GetLastPInvokeError());
        _refused |= outcome == PidfdOutcome.NotAvailable;
        return outcome;
    }

    /// <summary>pidfd_send_signal(2).</summary>
    /// <returns>0, or the error.</returns>
    internal static int SendSignal(int pidfd, int signal) =>
        Errno.Of((int)LibC.syscall(SystemCall.PidfdSendSignal, pidfd, signal, 0, 0));

    /// <summary>
    /// Only ESRCH means gone. EINVAL (a kernel race on an exiting process: sgl-project/sglang #26964, giampaolo/psutil #2715) and ENOENT
    /// give no answer. EMFILE and ENFILE concern this descriptor only.
    /// </summary>
    internal static PidfdOutcome Meaning(int error) => error switch
    {
        Errno.ESRCH => PidfdOutcome.Gone,
        Errno.ENOSYS or Errno.EPERM or Errno.EACCES => PidfdOutcome.NotAvailable,
        _ => PidfdOutcome.NoAnswer,
    };
}

internal enum PidfdOutcome
{
    /// <summary>A descriptor was opened. It stays with its process, but the caller must check which process that is.</summary>
    Opened,

    /// <summary>The process does not exist.</summary>
    Gone,

    /// <summary>Nothing is known about this process: read /proc.</summary>
    NoAnswer,

    /// <summary>This host has no pidfds.</summary>
    NotAvailable,
}
