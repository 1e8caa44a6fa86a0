using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TestReaper.Platform.Linux;

/// <summary>flock(2) on a file: held by this process alone, released by the kernel however the process ends.</summary>
internal sealed class FileLock : IFileLock
{
    private const int Exclusive = 2, NonBlocking = 4;
    private const uint OwnerOnly = 0x180; // 0600
    private int _fd;

    private FileLock(int fd) => _fd = fd;

    internal static FileLock? TryTake(string path)
    {
        var fd = LibC.open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow | OpenFlags.CloseOnExec, OwnerOnly);
        if (fd < 0)
        {
            throw new IOException($"The lock file '{path}' cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        }

        if (LibC.flock(fd, Exclusive | NonBlocking) == 0)
        {
            return new FileLock(fd);
        }

        _ = LibC.close(fd);
        return null;
    }

    internal static FileStream OpenUnlocked(string path)
    {
        var fd = LibC.open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
        return fd >= 0
            ? new FileStream(new SafeFileHandle(fd, ownsHandle: true), FileAccess.Read, bufferSize: 0)
            : throw new IOException($"'{path}' cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
    }

    public Stream OpenContent()
    {
        // By the same descriptor: opening the file again would take a lock of the runtime's, which this one refuses.
        var file = new FileStream(new SafeFileHandle(_fd, ownsHandle: false), FileAccess.ReadWrite, bufferSize: 0);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
        {
            _ = LibC.close(fd);
        }
    }
}
