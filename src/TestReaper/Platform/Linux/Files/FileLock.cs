using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>flock(2) on a file: held by this process alone, released by the kernel however the process ends.</summary>
internal sealed class FileLock : IFileLock
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const uint OwnerOnly = 0x180; // 0600
    private const int SetDescriptorFlags = 2, CloseOnExec = 1; // F_SETFD, FD_CLOEXEC
    private readonly SafeFileHandle _file;
    private int _heirs;

    private FileLock(SafeFileHandle file)
    {
        _file = file;
        HostDescriptors.Add(file);
    }

    internal static FileLock? TryLock(string path)
    {
        while (true)
        {
            var file = Open(path, OpenFlags.ReadWrite | OpenFlags.Create);
            var fd = (int)file.DangerousGetHandle();
            var isLocked = LibC.flock(fd, Exclusive | NonBlocking) == 0;
            if (isLocked && HasName(fd))
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

    public IDisposable PassToChildren() => new Inheritance(this);

    public void Dispose()
    {
        // The close is not enough: a child that this process forks at this moment has the descriptor until its exec.
        if (!_file.IsClosed)
        {
            _ = LibC.flock((int)_file.DangerousGetHandle(), Unlock);
        }

        _file.Dispose();
    }

    private void ChangeHeirs(int by)
    {
        lock (_file)
        {
            _heirs += by;
            if (!_file.IsClosed)
            {
                _ = LibC.fcntl((int)_file.DangerousGetHandle(), SetDescriptorFlags, _heirs > 0 ? 0 : CloseOnExec);
            }
        }
    }

    private static bool HasName(int fd) => !FileStatus.TryRead(fd, out var status) || status.Links > 0;

    private static SafeFileHandle Open(string path, int flags)
    {
        var fd = LibC.open(path, flags | OpenFlags.NoFollow | OpenFlags.CloseOnExec, OwnerOnly);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new IOException(
                $"'{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()} (errno {Marshal.GetLastPInvokeError()}).",
                Marshal.GetLastPInvokeError());
    }

    // PosixSpawn closes the descriptor in its children (HostDescriptors). Only those of Process.Start get it.
    private sealed class Inheritance : IDisposable
    {
        private FileLock? _lock;

        internal Inheritance(FileLock held)
        {
            _lock = held;
            held.ChangeHeirs(+1);
        }

        public void Dispose() => Interlocked.Exchange(ref _lock, null)?.ChangeHeirs(-1);
    }
}
