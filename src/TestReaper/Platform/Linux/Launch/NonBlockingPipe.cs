using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>Sets O_NONBLOCK on the write end of a pipe. The read end is another open file description and does not change.</summary>
internal sealed class NonBlockingPipe : INonBlockingPipe
{
    private const int GetFlags = 3, SetFlags = 4;
    private const short Writable = 4;
    private readonly SafePipeHandle _handle;

    internal NonBlockingPipe(SafePipeHandle handle)
    {
        _handle = handle;
        var fd = (int)handle.DangerousGetHandle();
        _ = LibC.fcntl(fd, SetFlags, LibC.fcntl(fd, GetFlags, 0) | OpenFlags.NonBlocking);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => NonBlockingWrite.Run(
        bytes, Errno.EAGAIN, rest => LibC.write((int)_handle.DangerousGetHandle(), rest, (nuint)rest.Length));

    public bool WaitUntilWritable(TimeSpan limit)
    {
        // Held open during the call, so that the number is not reused for another file.
        using var held = new HostDescriptors.Lease([_handle]);
        return held.Numbers.All(number =>
        {
            var poll = new LibC.PollFd { Fd = number, Events = Writable };
            return LibC.poll(ref poll, 1, (int)limit.TotalMilliseconds) != 0;
        });
    }

    public void Dispose() => _handle.Dispose();
}
