using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Launch;

/// <summary>One overlapped read of a pipe, with the buffer that the system writes to.</summary>
/// <remarks>
/// The buffer belongs to the system until the read has completed, so it is native memory, and a read is cancelled and awaited before the
/// memory is freed. The system cancels the reads of a thread that exits; such a read is begun again.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed unsafe class PendingRead : IDisposable
{
    private const int Size = 64 * 1024;
    private readonly SafePipeHandle _pipe;
    private readonly SystemHandle _event;
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(Size);
    private readonly NativeOverlapped* _overlapped = (NativeOverlapped*)NativeMemory.AllocZeroed((nuint)sizeof(NativeOverlapped));
    private int _start, _end;

    /// <exception cref="LaunchException">The system refuses an event.</exception>
    public PendingRead(SafePipeHandle pipe)
    {
        _pipe = pipe;
        _event = HandleWait.CreateEvent() ?? throw new LaunchException("the system refuses an event for its output.");
    }

    public bool IsPending { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>Whether a read must begin: none is pending, and the pipe has not ended.</summary>
    public bool IsIdle => !IsPending && !HasEnded;

    public nint Event => _event.Value;

    /// <summary>Whether bytes were read and not taken, or the read has completed.</summary>
    public bool IsReadable
    {
        get
        {
            Complete();
            return _start < _end;
        }
    }

    /// <summary>Whether a process has the other end open, or bytes are left in the pipe.</summary>
    public bool HasWriter => !HasEnded && Kernel32.PeekNamedPipe(Pipe, 0, 0, 0, null, 0);

    private nint Pipe => _pipe.DangerousGetHandle();

    /// <summary>Begins a read unless one is pending, bytes are left, or the pipe has ended.</summary>
    public void Begin()
    {
        if (IsPending || HasEnded || _start < _end)
        {
            return;
        }

        *_overlapped = new NativeOverlapped { EventHandle = _event.Value };
        uint read;
        if (Kernel32.ReadFile(Pipe, _buffer, Size, &read, _overlapped))
        {
            (_start, _end) = (0, (int)read);
            return;
        }

        IsPending = Marshal.GetLastPInvokeError() == WinError.IoPending;
        HasEnded = !IsPending;
    }

    /// <summary>Takes bytes that were read; 0 if there are none.</summary>
    public int Take(Span<byte> buffer)
    {
        Complete();
        var count = Math.Min(_end - _start, buffer.Length);
        new Span<byte>(_buffer + _start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public void Dispose()
    {
        if (IsPending)
        {
            _ = Kernel32.CancelIoEx(Pipe, _overlapped);
            _ = Kernel32.GetOverlappedResult(Pipe, _overlapped, out _, wait: true);
        }

        HasEnded = true;
        IsPending = false;
        _pipe.Dispose();
        _event.Dispose();
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_overlapped);
    }

    private void Complete()
    {
        if (!IsPending)
        {
            return;
        }

        if (Kernel32.GetOverlappedResult(Pipe, _overlapped, out var read, wait: false))
        {
            (_start, _end, IsPending) = (0, (int)read, false);
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        IsPending = error == WinError.IoIncomplete;
        HasEnded = !IsPending && error != WinError.OperationAborted;
    }
}
