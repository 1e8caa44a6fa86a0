using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>Finds whether a process holds a lock on a file: flock(2), or fcntl(2) of either kind.</summary>
/// <remarks>
/// Closing any descriptor of a file drops all fcntl locks that this process holds on it (fcntl(2)). So /proc/locks is read first. It
/// shows the locks of this PID namespace and of those below it, where the tree is. Only a file that is not listed is opened and tried,
/// and only while this process has no other descriptor of it: without one it can hold no such lock.
/// </remarks>
internal static class LockProbe
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const int OfdGetLock = 36, WriteLock = 1, Unlocked = 2;

    // Descriptors that could not be closed, because another thread had opened the file in the meantime.
    private static readonly List<(int Descriptor, FileIdentity File)> Parked = [];

    internal static LockState Read(string path)
    {
        if (FileStatus.TryIdentify(path) is not { } file)
        {
            return NotFound();
        }

        var locks = KernelText.ReadLines(KernelLocks.Path);
        if (locks is not null && KernelLocks.Find(locks, file) is (true, var holder))
        {
            return new LockState(true, holder);
        }

        CloseParked();
        if (file.CountOwnDescriptors() > 0)
        {
            return locks is null
                ? new LockState(null, Reason: "this process has it open, and opening it once more would drop the locks of this process")
                : KernelLocks.Find(locks, file, byInodeAlone: true) is (true, var owner) ? new LockState(true, owner)
                : new LockState(false);
        }

        return Try(path, file, locks);
    }

    private static LockState Try(string path, FileIdentity file, string[]? locks)
    {
        var fd = LibC.open(path, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        if (fd < 0 && Marshal.GetLastPInvokeError() is Errno.EACCES or Errno.EROFS)
        {
            // Enough for flock(2) and for the query of fcntl(2).
            fd = LibC.open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);
        }

        if (fd < 0)
        {
            return NotFound();
        }

        try
        {
            return HasFlock(fd) || HasRecordLock(fd)
                ? new LockState(true, locks is null ? null : KernelLocks.Find(locks, file, byInodeAlone: true).Holder)
                : new LockState(false);
        }
        finally
        {
            Close(fd, file);
        }
    }

    // A file that does not exist is not locked.
    private static LockState NotFound() => Marshal.GetLastPInvokeError() == Errno.ENOENT
        ? new LockState(false)
        : new LockState(null, Reason: $"it cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");

    private static void Close(int fd, FileIdentity file)
    {
        lock (Parked)
        {
            if (file.CountOwnDescriptors() > 1)
            {
                Parked.Add((fd, file));
            }
            else
            {
                _ = LibC.close(fd);
            }
        }
    }

    private static void CloseParked()
    {
        lock (Parked)
        {
            Parked.RemoveAll(parked =>
                parked.File.CountOwnDescriptors() <= Parked.Count(other => other.File == parked.File)
                && LibC.close(parked.Descriptor) == 0);
        }
    }

    private static bool HasFlock(int fd)
    {
        if (LibC.flock(fd, Exclusive | NonBlocking) != 0)
        {
            return true;
        }

        _ = LibC.flock(fd, Unlock);
        return false;
    }

    private static bool HasRecordLock(int fd)
    {
        var query = new LibC.RecordLock { Type = WriteLock };
        return LibC.fcntl(fd, OfdGetLock, ref query) == 0 && query.Type != Unlocked;
    }
}
