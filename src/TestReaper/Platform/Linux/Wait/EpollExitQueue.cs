namespace TestReaper.Platform.Linux.Wait;

/// <summary>Reports the exits of processes that run, by one epoll over their pidfds (<see cref="PidfdEpoll"/>).</summary>
internal sealed class EpollExitQueue : ExitQueue
{
    private readonly PidfdEpoll _epoll;

    private EpollExitQueue(PidfdEpoll epoll) => _epoll = epoll;

    /// <summary>Null if this process has no free descriptors.</summary>
    public static EpollExitQueue? TryCreate() => PidfdEpoll.TryCreate() is { } epoll ? new EpollExitQueue(epoll) : null;

    public override bool TryAdd(ProcessHandle handle, int key) => _epoll.TryAdd(((LinuxProcessHandle)handle).Fd, key);

    public override IReadOnlyList<int> Wait(TimeSpan timeout)
    {
        Span<int> keys = stackalloc int[PidfdEpoll.MaxKeys];
        _epoll.Wait(timeout, keys, out var count);
        return [.. keys[..count]];
    }

    public override void Wake() => _epoll.Wake();
}
