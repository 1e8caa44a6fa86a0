using System.IO.Pipes;
using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Launch;

/// <summary>pipe(2) with close-on-exec on both ends.</summary>
/// <remarks>
/// macOS has no pipe2(2). What other code starts between the two calls inherits the ends, except by POSIX_SPAWN_CLOEXEC_DEFAULT: then the
/// end of the output is noticed late.
/// </remarks>
internal sealed unsafe class Pipe : IDisposable
{
    private const int SetDescriptorFlags = 2, CloseOnExec = 1;
    private SafePipeHandle? _readEnd, _writeEnd;

    private Pipe(int readEnd, int writeEnd) =>
        (_readEnd, _writeEnd) = (new SafePipeHandle(readEnd, ownsHandle: true), new SafePipeHandle(writeEnd, ownsHandle: true));

    internal int ReadEnd => (int)_readEnd!.DangerousGetHandle();

    internal int WriteEnd => (int)_writeEnd!.DangerousGetHandle();

    /// <exception cref="LaunchException">This process has no free descriptors.</exception>
    internal static Pipe Create()
    {
        var fds = stackalloc int[2];
        if (LibSystem.pipe(fds) != 0)
        {
            throw new LaunchException(
                $"no pipe could be made for its output (errno {Marshal.GetLastPInvokeError()}): " +
                "this process may have too many files open (ulimit -n).");
        }

        _ = LibSystem.Control(fds[0], SetDescriptorFlags, CloseOnExec);
        _ = LibSystem.Control(fds[1], SetDescriptorFlags, CloseOnExec);
        return new Pipe(fds[0], fds[1]);
    }

    internal static void SetNonBlocking(SafePipeHandle pipe)
    {
        const int GetFlags = 3, SetFlags = 4;
        var fd = (int)pipe.DangerousGetHandle();
        _ = LibSystem.Control(fd, SetFlags, LibSystem.Control(fd, GetFlags, 0) | OpenFlags.NonBlocking);
    }

    internal Stream TakeReadEnd() => Take(PipeDirection.In, ref _readEnd);

    internal Stream TakeWriteEnd() => Take(PipeDirection.Out, ref _writeEnd);

    /// <summary>Closes the ends that were not taken.</summary>
    public void Dispose()
    {
        _readEnd?.Dispose();
        _writeEnd?.Dispose();
    }

    private static AnonymousPipeClientStream Take(PipeDirection direction, ref SafePipeHandle? end) =>
        new(direction, Interlocked.Exchange(ref end, null)!);
}
