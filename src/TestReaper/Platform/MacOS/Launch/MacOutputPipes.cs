using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Sockets;

namespace TestReaper.Platform.MacOS.Launch;

/// <summary>
/// poll(2) over pipes, one of which wakes it. POLLHUP on a read end means that no process has the write end open, whether or not
/// everything has been read.
/// </summary>
internal sealed class MacOutputPipes : OutputPipes
{
    private const short Readable = 0x1, HungUp = 0x10, Failed = 0x8 | 0x20;
    private readonly SafePipeHandle[] _pipes;
    private readonly PollFd[] _polled;
    private readonly bool[] _ended;
    private readonly object _gate = new();
    private readonly Pipe _wake = Pipe.Create();
    private bool _isWoken, _isClosed;

    /// <exception cref="LaunchException">This process has no free descriptors.</exception>
    internal MacOutputPipes(params SafePipeHandle[] pipes)
    {
        _pipes = pipes;
        _ended = new bool[pipes.Length];
        _polled = new PollFd[pipes.Length + 1];
        Array.ForEach(pipes, Pipe.SetNonBlocking);
    }

    public override int Count => _pipes.Length;

    public override bool Wait(int milliseconds)
    {
        for (var i = 0; i < _pipes.Length; i++)
        {
            // poll(2) skips a negative number. An ended pipe would be reported again and again.
            _polled[i] = new PollFd { Fd = _ended[i] ? -1 : Number(_pipes[i]), Events = Readable };
        }

        _polled[^1] = new PollFd { Fd = _wake.ReadEnd, Events = Readable };
        if (LibSystem.poll(ref _polled[0], (uint)_polled.Length, milliseconds) <= 0)
        {
            return false;
        }

        if (_polled[^1].Returned != 0)
        {
            TakeWake();
        }

        return Array.Exists(_polled[..^1], static fd => fd.Returned != 0);
    }

    public override int Read(int pipe, Span<byte> buffer)
    {
        if (_ended[pipe])
        {
            return 0;
        }

        int count;
        do
        {
            count = (int)LibSystem.read(Number(_pipes[pipe]), buffer, (nuint)buffer.Length);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

        _ended[pipe] = count == 0 || (count < 0 && Marshal.GetLastPInvokeError() != Errno.EAGAIN);
        return Math.Max(count, 0);
    }

    public override bool HasEnded(int pipe) => _ended[pipe];

    public override void Wake()
    {
        lock (_gate)
        {
            // One byte at most is in the pipe, so the write does not wait.
            if (!_isClosed && !_isWoken)
            {
                _isWoken = LibSystem.write(_wake.WriteEnd, [0], 1) == 1;
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
        lock (_gate)
        {
            return _isClosed ? [] : PipeWriters.Of(Number(_pipes[pipe]));
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                Array.ForEach(_pipes, static pipe => pipe.Dispose());
                _wake.Dispose();
            }
        }
    }

    private void TakeWake()
    {
        lock (_gate)
        {
            _isWoken = _isWoken && LibSystem.read(_wake.ReadEnd, stackalloc byte[1], 1) != 1;
        }
    }

    private static bool HasWriter(int fd)
    {
        var polled = new PollFd { Fd = fd, Events = Readable };
        return LibSystem.poll(ref polled, 1, 0) <= 0 || (polled.Returned & (HungUp | Failed)) == 0;
    }

    private static int Number(SafePipeHandle pipe) => (int)pipe.DangerousGetHandle();
}
