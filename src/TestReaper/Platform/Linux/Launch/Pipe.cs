using System.IO.Pipes;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>pipe2(2) with close-on-exec on both ends: only the intended child inherits one.</summary>
internal sealed unsafe class Pipe : IDisposable
{
    private SafePipeHandle? _readEnd, _writeEnd;

    private Pipe(int readEnd, int writeEnd) =>
        (_readEnd, _writeEnd) = (new SafePipeHandle(readEnd, ownsHandle: true), new SafePipeHandle(writeEnd, ownsHandle: true));

    internal int ReadEnd => (int)_readEnd!.DangerousGetHandle();

    internal int WriteEnd => (int)_writeEnd!.DangerousGetHandle();

    internal static Pipe Create()
    {
        var fds = stackalloc int[2];
        return LibC.pipe2(fds, OpenFlags.CloseOnExec) == 0
            ? new Pipe(fds[0], fds[1])
            : throw new LaunchException(
                $"no pipe could be made for its output (errno {Marshal.GetLastPInvokeError()}): " +
                "this process may have too many files open (ulimit -n).");
    }

    /// <summary>Creates a pipe that this process writes to. The reader notices by its end that this process has exited.</summary>
    internal static Pipe CreateInput()
    {
        var pipe = Create();
        HostDescriptors.Add(pipe._writeEnd!);
        return pipe;
    }

    // A pipe stream reads through the epoll of the runtime: it blocks no thread, and closing it ends a pending read.
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
