using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>One epoll over the pidfds of processes that run (epoll(7), pidfd_open(2)).</summary>
/// <remarks>
/// The kernel appends each descriptor to the ready list when it becomes readable, so exits are reported in their order. A pidfd stays
/// readable, so each is registered with EPOLLONESHOT. Closing the pidfd removes it from the epoll.
/// </remarks>
internal sealed unsafe class EpollExitQueue : ExitQueue
{
    private const int AddOperation = 1;
    private const uint Readable = 1, OneShot = 1U << 30;
    private const int MaxEvents = 64;
    private const int WakeKey = -1;
    private readonly int _epoll;
    private readonly int _wake;

    private EpollExitQueue(int epoll, int wake)
    {
        (_epoll, _wake) = (epoll, wake);
        Register(wake, Readable, WakeKey);
    }

    /// <summary>Null if this process has no free descriptors.</summary>
    public static EpollExitQueue? TryCreate()
    {
        var epoll = LibC.epoll_create1(OpenFlags.CloseOnExec);
        var wake = LibC.eventfd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        if (epoll >= 0 && wake >= 0)
        {
            return new EpollExitQueue(epoll, wake);
        }

        foreach (var fd in (int[])[epoll, wake])
        {
            _ = fd >= 0 ? LibC.close(fd) : 0;
        }

        return null;
    }

    public override bool TryAdd(ProcessHandle handle, int key) =>
        ((LinuxProcessHandle)handle).Fd is >= 0 and var fd && Register(fd, Readable | OneShot, key);

    public override IReadOnlyList<int> Wait(TimeSpan timeout)
    {
        var buffer = stackalloc byte[MaxEvents * EpollEvent.Size];
        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        var count = LibC.epoll_wait(_epoll, buffer, MaxEvents, milliseconds);
        var keys = new List<int>(Math.Max(count, 0));
        for (var i = 0; i < count; i++)
        {
            var key = EpollEvent.GetKey(buffer + (i * EpollEvent.Size));
            if (key == WakeKey)
            {
                _ = LibC.eventfd_read(_wake, out _);
            }
            else
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    public override void Wake() => _ = LibC.eventfd_write(_wake, 1);

    private bool Register(int fd, uint events, int key)
    {
        var epollEvent = stackalloc byte[EpollEvent.Size];
        EpollEvent.Write(epollEvent, events, key);
        return LibC.epoll_ctl(_epoll, AddOperation, fd, epollEvent) == 0;
    }
}
