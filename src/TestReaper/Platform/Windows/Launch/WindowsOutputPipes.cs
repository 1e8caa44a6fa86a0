using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Launch;

/// <summary>The output of a server, read by overlapped calls, one for each pipe.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsOutputPipes : OutputPipes
{
    private readonly object _gate = new();
    private readonly PendingRead[] _reads;
    private readonly SystemHandle _wake;
    private bool _isClosed;

    /// <exception cref="LaunchException">The system has no room for the reads.</exception>
    internal WindowsOutputPipes(params SafePipeHandle[] pipes)
    {
        _wake = HandleWait.CreateEvent() ?? throw new LaunchException("the system refuses an event for its output.");
        _reads = [.. pipes.Select(static pipe => new PendingRead(pipe))];
    }

    public override int Count => _reads.Length;

    public override bool Wait(int milliseconds)
    {
        Array.ForEach(_reads, static read => read.Begin());
        if (IsAnyReadable())
        {
            return true;
        }

        // All have ended, or a read must begin again: the caller calls once more.
        if (!Array.Exists(_reads, static read => read.IsPending) || Array.Exists(_reads, static read => read.IsIdle))
        {
            return false;
        }

        nint[] events = [.. _reads.Where(static read => read.IsPending).Select(static read => read.Event)];
        _ = HandleWait.ForAny(_wake, events, TimeSpan.FromMilliseconds(milliseconds));
        return IsAnyReadable();
    }

    public override int Read(int pipe, Span<byte> buffer)
    {
        _reads[pipe].Begin();
        return _reads[pipe].Take(buffer);
    }

    public override bool HasEnded(int pipe) => _reads[pipe].HasEnded;

    public override void Wake()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _ = Kernel32.SetEvent(_wake.Value);
            }
        }
    }

    public override IReadOnlyList<int> HeldOpen()
    {
        lock (_gate)
        {
            return _isClosed ? [] : [.. Enumerable.Range(0, _reads.Length).Where(pipe => _reads[pipe].HasWriter)];
        }
    }

    // The system shows the handles of other processes only as one list of all, whose objects cannot be compared with this pipe.
    public override IReadOnlyList<int> Writers(int pipe) => [];

    public override void Dispose()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                Array.ForEach(_reads, static read => read.Dispose());
                _wake.Dispose();
            }
        }
    }

    private bool IsAnyReadable() => Array.Exists(_reads, static read => read.IsReadable);
}
