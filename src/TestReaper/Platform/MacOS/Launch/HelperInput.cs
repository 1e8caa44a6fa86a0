using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Launch;

/// <summary>The write end of a pipe with O_NONBLOCK.</summary>
internal sealed class HelperInput : INonBlockingPipe
{
    private const short Writable = 4;
    private readonly SafePipeHandle _handle;

    internal HelperInput(SafePipeHandle handle)
    {
        _handle = handle;
        Pipe.SetNonBlocking(handle);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => NonBlockingWrite.Run(
        bytes, Errno.EAGAIN, rest => LibSystem.write((int)_handle.DangerousGetHandle(), rest, (nuint)rest.Length));

    public bool WaitUntilWritable(TimeSpan limit)
    {
        // Held open during the call, so that the number is not reused for another file.
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            var poll = new PollFd { Fd = (int)_handle.DangerousGetHandle(), Events = Writable };
            return LibSystem.poll(ref poll, 1, (int)limit.TotalMilliseconds) != 0;
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
