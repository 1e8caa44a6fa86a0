namespace TestReaper.Platform.Linux.Wait;

// Constraint: a reap waits for processes that are not its children, hundreds at a time, and waiting must cost no CPU. waitid(2) works for
// children only. One wait per process costs a thread each, and polling /proc costs CPU and reports an exit late.
//
// Scheme: a pidfd becomes readable when the last thread of its process has exited
// (https://man7.org/linux/man-pages/man2/pidfd_open.2.html). One epoll instance waits for all of them, and for Wake (PidfdEpoll). A
// process without a pidfd (seccomp filter, no free descriptor, a kernel before 5.3) is polled in /proc, at intervals that grow from 1 to
// 50 ms. A host without any free descriptor gets PolledExitWatch instead.
//
// Invariants:
// - An exit is counted once: the epoll reports it once.
// - The key of an event is the index of its process in _byPidfd, so entries are never removed from that list.
// - A reported exit is final: the handle is set to gone and is never read again.
// - The handles stay open for as long as the watch. A closed descriptor leaves the epoll without a report, and its number may be reused.
// - Add, WaitForAll and Pause run on one thread; only Wake may be called from others. A call of it before the wait ends that wait.
// - Pause ends only by time or by Wake: an exit of a watched process does not shorten the interval between two scans.

/// <summary>Waits for many processes by one epoll over their pidfds.</summary>
internal sealed class EpollExitWatch : ExitWatch
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(1), LongestPoll = TimeSpan.FromMilliseconds(50);
    private readonly PidfdEpoll _epoll;
    private readonly List<LinuxProcessHandle> _byPidfd = [];
    private readonly List<LinuxProcessHandle> _polled = [];
    private int _remainingByPidfd;

    private EpollExitWatch(PidfdEpoll epoll) => _epoll = epoll;

    /// <summary>Null if this process has no free descriptors.</summary>
    public static EpollExitWatch? TryCreate() => PidfdEpoll.TryCreate() is { } epoll ? new EpollExitWatch(epoll) : null;

    public override int Remaining => _remainingByPidfd + _polled.Count;

    public override void Add(ProcessHandle handle)
    {
        var process = (LinuxProcessHandle)handle;
        if (process.IsGone())
        {
            return;
        }

        if (_epoll.TryAdd(process.Fd, _byPidfd.Count))
        {
            _byPidfd.Add(process);
            _remainingByPidfd++;
        }
        else
        {
            _polled.Add(process);
        }
    }

    public override void WaitForAll(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        var pollInterval = FirstPoll;
        while (Remaining > 0)
        {
            var slice = timeout - Stopwatch.GetElapsedTime(start);
            if (slice <= TimeSpan.Zero)
            {
                return;
            }

            if (_polled.Count > 0)
            {
                slice = Durations.Shorter(slice, pollInterval);
                pollInterval = Durations.Shorter(pollInterval * 2, LongestPoll);
            }

            if (WaitOnce(slice))
            {
                return;
            }

            _polled.RemoveAll(static process => process.IsGone());
        }
    }

    public override void Pause(TimeSpan timeout) => _epoll.Pause(timeout);

    public override void Wake() => _epoll.Wake();

    public override void Dispose() => _epoll.Dispose();

    /// <returns>Whether the wait ended by <see cref="Wake"/>.</returns>
    private bool WaitOnce(TimeSpan timeout)
    {
        Span<int> keys = stackalloc int[PidfdEpoll.MaxKeys];
        var isWoken = _epoll.Wait(timeout, keys, out var count);
        foreach (var key in keys[..count])
        {
            _byPidfd[key].SetGone();
            _remainingByPidfd--;
        }

        return isWoken;
    }
}
