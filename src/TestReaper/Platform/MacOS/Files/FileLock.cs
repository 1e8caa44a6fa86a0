using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Files;

/// <summary>flock(2) on a file: held by this process alone, released by the kernel however the process ends.</summary>
internal sealed class FileLock : IFileLock
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const uint OwnerOnly = 0x180; // 0600
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    internal static FileLock? TryLock(string path)
    {
        while (true)
        {
            var file = Open(path, OpenFlags.ReadWrite | OpenFlags.Create);
            var fd = (int)file.DangerousGetHandle();
            var isLocked = LibSystem.flock(fd, Exclusive | NonBlocking) == 0;
            if (isLocked && FileStatus.TryRead(fd) is not { Links: 0 })
            {
                return new FileLock(file);
            }

            file.Dispose();
            if (!isLocked)
            {
                return null;
            }

            // The previous holder deleted the file between the open and the lock: other processes lock a new file of that name.
        }
    }

    internal static FileStream OpenUnlocked(string path) => new(Open(path, OpenFlags.ReadOnly), FileAccess.Read, bufferSize: 0);

    public Stream OpenContent()
    {
        // Uses the same descriptor: opening the file again takes a lock of the runtime's, which this lock refuses.
        var file = new FileStream(new SafeFileHandle(_file.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite, bufferSize: 0);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    public void Dispose()
    {
        // The close is not enough: a child that this process forks at this moment has the descriptor until its exec.
        if (!_file.IsClosed)
        {
            _ = LibSystem.flock((int)_file.DangerousGetHandle(), Unlock);
        }

        _file.Dispose();
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var fd = LibSystem.Open(path, flags | OpenFlags.NoFollow | OpenFlags.CloseOnExec, OwnerOnly);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new IOException($"'{path}' cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
    }
}
