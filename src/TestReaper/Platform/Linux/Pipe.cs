using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TestReaper.Platform.Linux;

/// <summary>pipe2(2), close-on-exec at both ends: only the child that is meant to gets one.</summary>
internal sealed unsafe class Pipe : IDisposable
{
    private Pipe(int readEnd, int writeEnd) => (ReadEnd, WriteEnd) = (readEnd, writeEnd);

    internal int ReadEnd { get; private set; }

    internal int WriteEnd { get; private set; }

    internal static Pipe Create()
    {
        var fds = stackalloc int[2];
        return LibC.pipe2(fds, OpenFlags.CloseOnExec) == 0
            ? new Pipe(fds[0], fds[1])
            : throw new LaunchException($"no pipe could be made for its output (errno {Marshal.GetLastPInvokeError()}): this process may have too many files open (ulimit -n).");
    }

    // A pipe stream reads through the runtime's epoll: it blocks no thread, and closing it ends a pending read.
    internal Stream TakeReadEnd()
    {
        var stream = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(ReadEnd, ownsHandle: true));
        ReadEnd = -1;
        return stream;
    }

    internal Stream TakeWriteEnd()
    {
        var handle = new SafePipeHandle(WriteEnd, ownsHandle: true);
        WriteEnd = -1;

        // Who reads the pipe learns by its end that this process is dead.
        HostDescriptors.Add(handle);
        return new AnonymousPipeClientStream(PipeDirection.Out, handle);
    }

    public void Dispose()
    {
        Close(ReadEnd);
        Close(WriteEnd);
    }

    private static void Close(int fd)
    {
        if (fd >= 0)
        {
            _ = LibC.close(fd);
        }
    }
}
