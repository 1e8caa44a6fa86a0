using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>O_NONBLOCK on the end that this process writes to; the reader's end is a description of its own, and stays as it is.</summary>
internal sealed unsafe class NonBlockingPipe : INonBlockingPipe
{
    private const int GetFlags = 3, SetFlags = 4, NonBlocking = 0x800;
    private const short Writable = 4;
    private readonly SafePipeHandle _handle;

    internal NonBlockingPipe(SafePipeHandle handle)
    {
        _handle = handle;
        var fd = (int)handle.DangerousGetHandle();
        _ = LibC.fcntl(fd, SetFlags, LibC.fcntl(fd, GetFlags, 0) | NonBlocking);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            nint written;
            fixed (byte* source = bytes[total..])
            {
                written = LibC.write((int)_handle.DangerousGetHandle(), source, (nuint)(bytes.Length - total));
            }

            if (written >= 0)
            {
                total += (int)written;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    return total;
                case var error:
                    throw new IOException($"The pipe cannot be written (errno {error}).");
            }
        }

        return total;
    }

    public bool WaitUntilWritable(TimeSpan limit)
    {
        // Held open meanwhile: a number that is given anew would be another file's.
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            var poll = new LibC.PollFd { Fd = (int)_handle.DangerousGetHandle(), Events = Writable };
            return LibC.poll(&poll, 1, (int)limit.TotalMilliseconds) != 0;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            if (isHeld)
            {
                _handle.DangerousRelease();
            }
        }
    }

    public void Dispose() => _handle.Dispose();
}
