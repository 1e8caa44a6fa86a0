using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>One epoll over the pidfds of many processes, and over an eventfd that ends a wait (epoll(7), eventfd(2)).</summary>
/// <remarks>
/// A pidfd becomes readable when the last thread of its process has exited, and stays readable, so each is registered with EPOLLONESHOT.
/// The kernel appends each descriptor to the ready list when it becomes readable, so exits are reported in their order. Closing a pidfd
/// removes it from the epoll. <see cref="Wake"/> is counted by the eventfd, so a call before the wait ends that wait.
/// </remarks>
internal sealed unsafe class PidfdEpoll : IDisposable
{
    /// <summary>How many exits one wait reports at most.</summary>
    public const int MaxKeys = 64;

    private const int AddOperation = 1;
    private const uint Readable = 1, OneShot = 1U << 30;
    private const int WakeKey = -1;
    private readonly int _epoll;
    private readonly int _wake;

    private PidfdEpoll(int epoll, int wake)
    {
        (_epoll, _wake) = (epoll, wake);
        Register(wake, Readable, WakeKey);
    }

    /// <summary>Null if this process has no free descriptors.</summary>
    public static PidfdEpoll? TryCreate()
    {
        var epoll = LibC.epoll_create1(OpenFlags.CloseOnExec);
        var wake = LibC.eventfd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        if (epoll >= 0 && wake >= 0)
        {
            return new PidfdEpoll(epoll, wake);
        }

        foreach (var fd in (int[])[epoll, wake])
        {
            _ = fd >= 0 ? LibC.close(fd) : 0;
        }

        return null;
    }

    /// <summary>Watches a process; safe on every thread.</summary>
    /// <param name="pidfd">Its pidfd; negative if it has none.</param>
    /// <param name="key">What a wait returns for it. Not negative.</param>
    /// <returns>False without a pidfd, or if the kernel refuses: the process must be polled.</returns>
    public bool TryAdd(int pidfd, int key) => pidfd >= 0 && Register(pidfd, Readable | OneShot, key);

    /// <summary>Waits for at least one exit, for <see cref="Wake"/>, or for the timeout. Allocates nothing.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> waits without a limit.</param>
    /// <param name="keys">Receives the keys of the processes that exited, each once. It has room for <see cref="MaxKeys"/>.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>Whether <see cref="Wake"/> was called.</returns>
    public bool Wait(TimeSpan timeout, Span<int> keys, out int count)
    {
        var buffer = stackalloc byte[MaxKeys * EpollEvent.Size];
        var ready = LibC.epoll_wait(_epoll, buffer, Math.Min(keys.Length, MaxKeys), Durations.ToMilliseconds(timeout));
        var isWoken = false;
        count = 0;
        for (var i = 0; i < ready; i++)
        {
            var key = EpollEvent.GetKey(buffer + (i * EpollEvent.Size));
            if (key == WakeKey)
            {
                TakeWake();
                isWoken = true;
            }
            else
            {
                keys[count++] = key;
            }
        }

        return isWoken;
    }

    /// <summary>Waits for <see cref="Wake"/> or for the timeout; an exit does not end the wait.</summary>
    public void Pause(TimeSpan timeout)
    {
        var poll = new LibC.PollFd { Fd = _wake, Events = (short)Readable };
        if (LibC.poll(ref poll, 1, Durations.ToMilliseconds(timeout)) > 0)
        {
            TakeWake();
        }
    }

    /// <summary>Ends the current wait or the next one; safe on every thread.</summary>
    public void Wake() => _ = LibC.eventfd_write(_wake, 1);

    public void Dispose()
    {
        _ = LibC.close(_epoll);
        _ = LibC.close(_wake);
    }

    private void TakeWake() => _ = LibC.eventfd_read(_wake, out _);

    private bool Register(int fd, uint events, int key)
    {
        var epollEvent = stackalloc byte[EpollEvent.Size];
        EpollEvent.Write(epollEvent, events, key);
        return LibC.epoll_ctl(_epoll, AddOperation, fd, epollEvent) == 0;
    }
}
