using System.IO.Pipes;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>pipe2(2) with close-on-exec on both ends: only the intended child inherits one.</summary>
internal sealed unsafe class Pipe : IDisposable
{
    private readonly SafePipeHandle _readEnd, _writeEnd;
    private bool _isReadEndTaken, _isWriteEndTaken;

    private Pipe(int readEnd, int writeEnd) =>
        (_readEnd, _writeEnd) = (new SafePipeHandle(readEnd, ownsHandle: true), new SafePipeHandle(writeEnd, ownsHandle: true));

    internal int ReadEnd => (int)_readEnd.DangerousGetHandle();

    internal int WriteEnd => (int)_writeEnd.DangerousGetHandle();

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
        HostDescriptors.Add(pipe._writeEnd);
        return pipe;
    }

    // A pipe stream reads through the epoll of the runtime: it blocks no thread, and closing it ends a pending read.
    internal Stream TakeReadEnd()
    {
        _isReadEndTaken = true;
        return new AnonymousPipeClientStream(PipeDirection.In, _readEnd);
    }

    internal Stream TakeWriteEnd()
    {
        _isWriteEndTaken = true;
        return new AnonymousPipeClientStream(PipeDirection.Out, _writeEnd);
    }

    public void Dispose()
    {
        if (!_isReadEndTaken)
        {
            _readEnd.Dispose();
        }

        if (!_isWriteEndTaken)
        {
            _writeEnd.Dispose();
        }
    }
}
