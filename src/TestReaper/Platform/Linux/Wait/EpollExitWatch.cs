using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

// Constraint: a reap waits for processes that are not its children, hundreds at a time, and waiting must cost no CPU. waitid(2) works for
// children only. One wait per process costs a thread each, and polling /proc costs CPU and reports an exit late.
//
// Scheme: a pidfd becomes readable when the last thread of its process has exited
// (https://man7.org/linux/man-pages/man2/pidfd_open.2.html). One epoll instance (epoll(7)) waits for all of them, and for an eventfd that
// another thread writes to end the wait (Wake). A process without a pidfd (seccomp filter, no free descriptor, a kernel before 5.3) is
// polled in /proc, at intervals that grow from 1 to 50 ms. A host without any free descriptor gets PolledExitWatch instead.
//
// Invariants:
// - An exit is counted once. A pidfd stays readable for ever, so each is registered with EPOLLONESHOT.
// - The key of an event is the index of its process in _byPidfd, so entries are never removed from that list.
// - A reported exit is final: the handle is set to gone and is never read again.
// - The handles stay open for as long as the watch. A closed descriptor leaves the epoll without a report, and its number may be reused.
// - Add, WaitForAll and Pause run on one thread; only Wake may be called from others. Wake is counted by the eventfd, so a call before
//   the wait ends that wait.
// - Pause ends only by time or by Wake: an exit of a watched process does not shorten the interval between two scans.

/// <summary>Waits for many processes by one epoll over their pidfds.</summary>
internal sealed unsafe class EpollExitWatch : ExitWatch
{
    private const int AddOperation = 1;
    private const uint Readable = 1, OneShot = 1U << 30;
    private const int MaxEvents = 64;
    private const int WakeKey = -1;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly List<LinuxProcessHandle> _byPidfd = [];
    private readonly List<LinuxProcessHandle> _polled = [];
    private int _remainingByPidfd;

    private EpollExitWatch(int epoll, int wake)
    {
        (_epoll, _wake) = (epoll, wake);
        Register(wake, Readable, WakeKey);
    }

    /// <summary>Null if this process has no free descriptors.</summary>
    public static EpollExitWatch? TryCreate()
    {
        var epoll = LibC.epoll_create1(OpenFlags.CloseOnExec);
        var wake = LibC.eventfd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        if (epoll >= 0 && wake >= 0)
        {
            return new EpollExitWatch(epoll, wake);
        }

        foreach (var fd in (int[])[epoll, wake])
        {
            _ = fd >= 0 ? LibC.close(fd) : 0;
        }

        return null;
    }

    public override int Remaining => _remainingByPidfd + _polled.Count;

    public override void Add(ProcessHandle handle)
    {
        var process = (LinuxProcessHandle)handle;
        if (process.IsGone())
        {
            return;
        }

        if (process.Fd >= 0 && Register(process.Fd, Readable | OneShot, _byPidfd.Count))
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
        var pollInterval = 1;
        while (Remaining > 0)
        {
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            var slice = (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue);
            if (_polled.Count > 0)
            {
                slice = Math.Min(slice, pollInterval);
                pollInterval = Math.Min(pollInterval * 2, 50);
            }

            if (WaitOnce(slice))
            {
                return;
            }

            _polled.RemoveAll(static process => process.IsGone());
        }
    }

    public override void Pause(TimeSpan timeout)
    {
        var poll = new LibC.PollFd { Fd = _wake, Events = (short)Readable };
        if (LibC.poll(ref poll, 1, (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue)) > 0)
        {
            _ = LibC.eventfd_read(_wake, out _);
        }
    }

    public override void Wake() => _ = LibC.eventfd_write(_wake, 1);

    public override void Dispose()
    {
        _ = LibC.close(_epoll);
        _ = LibC.close(_wake);
    }

    /// <returns>Whether the wait ended by <see cref="Wake"/>.</returns>
    private bool WaitOnce(int milliseconds)
    {
        var buffer = stackalloc byte[MaxEvents * EpollEvent.Size];
        var count = LibC.epoll_wait(_epoll, buffer, MaxEvents, milliseconds);
        var woken = false;
        for (var i = 0; i < count; i++)
        {
            var key = EpollEvent.GetKey(buffer + (i * EpollEvent.Size));
            if (key == WakeKey)
            {
                _ = LibC.eventfd_read(_wake, out _);
                woken = true;
                continue;
            }

            _byPidfd[key].SetGone();
            _remainingByPidfd--;
        }

        return woken;
    }

    private bool Register(int fd, uint events, int key)
    {
        var epollEvent = stackalloc byte[EpollEvent.Size];
        EpollEvent.Write(epollEvent, events, key);
        return LibC.epoll_ctl(_epoll, AddOperation, fd, epollEvent) == 0;
    }
}
