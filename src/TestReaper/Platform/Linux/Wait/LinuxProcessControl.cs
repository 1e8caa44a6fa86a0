using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>Signals by pidfd or by verified pid, waits by epoll or by polling /proc.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxProcessControl : IProcessControl
{
    // For /proc, one file of it, two pidfds and the cgroup's files. The rest is for other threads that wait for a descriptor.
    private const int ReserveSize = 16;
    private static readonly Stack<int> Reserve = new(ReserveSize);

    public string WaitMechanism => Pidfd.IsAvailable ? "pidfd" : "/proc polling (no pidfd_open on this host)";

    public int KillSignal => SignalNumbers.Kill;

    public int ContinueSignal => SignalNumbers.Continue;

    public int SignalNumber(PosixSignal signal) => SignalNumbers.From(signal);

    public ProcessHandle Open(ProcessIdentity identity) => LinuxProcessHandle.Open(identity);

    public SignalOutcome SignalGroup(int groupId, int signal) => LinuxProcessHandle.SendByPid(-groupId, signal);

    public ExitWatch CreateExitWatch() => EpollExitWatch.TryCreate() ?? (ExitWatch)new PolledExitWatch();

    public ExitQueue CreateExitQueue() => EpollExitQueue.TryCreate() ?? (ExitQueue)new PolledExitQueue();

    public string? DescribeSignal(int signal) => SignalText.Describe(signal);

    /// <inheritdoc/>
    /// <remarks>
    /// A process at its limit of open files (EMFILE) can list no processes and open no pidfd. Killing needs neither, but the proof that
    /// nothing is left does.
    /// </remarks>
    public void FillReserve()
    {
        lock (Reserve)
        {
            int fd;
            while (Reserve.Count < ReserveSize && (fd = LibC.eventfd(0, OpenFlags.CloseOnExec)) >= 0)
            {
                Reserve.Push(fd);
            }
        }
    }

    public void FreeReserve()
    {
        lock (Reserve)
        {
            while (Reserve.TryPop(out var fd))
            {
                _ = LibC.close(fd);
            }
        }
    }
}
