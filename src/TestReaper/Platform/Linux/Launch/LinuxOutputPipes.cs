using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// poll(2) over pipes and an eventfd. POLLHUP on a read end means that no process has the write end open, whether or not everything has
/// been read.
/// </summary>
internal sealed class LinuxOutputPipes : OutputPipes
{
    private const short Readable = 0x1, HungUp = 0x10, Failed = 0x8 | 0x20;
    private const int SetFlags = 4;

    // In milliseconds. Without a descriptor for the eventfd, the wait polls at this interval.
    private const int UnwakeableWait = 20;
    private readonly SafePipeHandle[] _pipes;
    private readonly LibC.PollFd[] _polled;
    private readonly bool[] _ended;
    private readonly object _gate = new();
    private readonly int _wake;
    private bool _isClosed;

    internal LinuxOutputPipes(params SafePipeHandle[] pipes)
    {
        _pipes = pipes;
        _ended = new bool[pipes.Length];
        _polled = new LibC.PollFd[pipes.Length + 1];
        _wake = LibC.eventfd(0, OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        foreach (var pipe in pipes)
        {
            _ = LibC.fcntl(Number(pipe), SetFlags, OpenFlags.NonBlocking);
        }
    }

    public override int Count => _pipes.Length;

    public override bool Wait(int milliseconds)
    {
        for (var i = 0; i < _pipes.Length; i++)
        {
            // poll(2) skips a negative number. An ended pipe would be reported again and again.
            _polled[i] = new LibC.PollFd { Fd = _ended[i] ? -1 : Number(_pipes[i]), Events = Readable };
        }

        _polled[^1] = new LibC.PollFd { Fd = _wake, Events = Readable };
        var limit = _wake >= 0 ? milliseconds : milliseconds < 0 ? UnwakeableWait : Math.Min(milliseconds, UnwakeableWait);
        if (LibC.poll(ref _polled[0], (nuint)_polled.Length, limit) <= 0)
        {
            return false;
        }

        if (_polled[^1].Returned != 0)
        {
            _ = LibC.eventfd_read(_wake, out _);
        }

        return Array.Exists(_polled, fd => fd.Returned != 0 && fd.Fd != _wake);
    }

    public override int Read(int pipe, Span<byte> buffer)
    {
        if (_ended[pipe])
        {
            return 0;
        }

        var count = Descriptor.Read(Number(_pipes[pipe]), buffer);
        _ended[pipe] = count == 0 || (count < 0 && Marshal.GetLastPInvokeError() != Errno.EAGAIN);
        return Math.Max(count, 0);
    }

    public override bool HasEnded(int pipe) => _ended[pipe];

    public override void Wake()
    {
        lock (_gate)
        {
            if (!_isClosed && _wake >= 0)
            {
                _ = LibC.eventfd_write(_wake, 1);
            }
        }
    }

    public override IReadOnlyList<int> HeldOpen()
    {
        lock (_gate)
        {
            return _isClosed ? [] : [.. Enumerable.Range(0, _pipes.Length).Where(pipe => HasWriter(Number(_pipes[pipe])))];
        }
    }

    public override IReadOnlyList<int> Writers(int pipe)
    {
        string? target;
        lock (_gate)
        {
            target = _isClosed ? null : PipeWriters.TargetOf(Number(_pipes[pipe]));
        }

        return target is null ? [] : PipeWriters.Find(target);
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            foreach (var pipe in _pipes)
            {
                pipe.Dispose();
            }

            if (_wake >= 0)
            {
                _ = LibC.close(_wake);
            }
        }
    }

    private static bool HasWriter(int fd)
    {
        var polled = new LibC.PollFd { Fd = fd, Events = Readable };
        return LibC.poll(ref polled, 1, 0) <= 0 || (polled.Returned & (HungUp | Failed)) == 0;
    }

    private static int Number(SafePipeHandle pipe) => (int)pipe.DangerousGetHandle();
}
