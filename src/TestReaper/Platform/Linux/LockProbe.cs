using System.Globalization;
using System.Runtime.InteropServices;

namespace TestReaper.Platform.Linux;

/// <summary>Asks whether anybody holds a lock on a file: flock(2), or fcntl(2) of either kind. Takes none for longer than the question.</summary>
internal static unsafe class LockProbe
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const int OfdGetLock = 36, WriteLock = 1, Unlocked = 2;
    private const int InodeOffset = 32;
    private const uint InodeMask = 0x100;

    internal static LockState Look(string path)
    {
        var fd = LibC.open(path, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        if (fd < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Errno.ENOENT
                ? new LockState(false)
                : new LockState(null, Reason: $"it cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        try
        {
            var isHeld = HasFlock(fd) || HasRecordLock(fd);
            return isHeld ? new LockState(true, FindHolder(path)) : new LockState(false);
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <summary>The pid in a line of /proc/locks about an inode.</summary>
    internal static int? FindHolder(IEnumerable<string> locks, ulong inode)
    {
        foreach (var line in locks)
        {
            // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF; "->" after the number marks one that waits.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 6
                && fields[1] != "->"
                && fields[5].EndsWith($":{inode}", StringComparison.Ordinal)
                && int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && pid > 0)
            {
                return pid;
            }
        }

        return null;
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
        return LibC.fcntl(fd, OfdGetLock, &query) == 0 && query.Type != Unlocked;
    }

    private static int? FindHolder(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        fixed (byte* target = buffer)
        {
            if (LibC.statx(-100, path, 0, InodeMask, target) != 0)
            {
                return null;
            }
        }

        try
        {
            return FindHolder(File.ReadLines("/proc/locks"), MemoryMarshal.Read<ulong>(buffer[InodeOffset..]));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
