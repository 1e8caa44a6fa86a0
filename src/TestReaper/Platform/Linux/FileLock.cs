using System.Runtime.InteropServices;

namespace TestReaper.Platform.Linux;

/// <summary>flock(2) on a file: held by this process alone, released by the kernel however the process ends.</summary>
internal sealed class FileLock : IDisposable
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

    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
        {
            _ = LibC.close(fd);
        }
    }
}
