using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>
/// One file of named memory. A write lease (fcntl(2), F_SETLEASE) shows whether a process uses it: the kernel grants the lease only while
/// no other open file description of the inode exists, and a mapping keeps the description that it was made with. This covers every
/// process, also those that are not visible, and no process can open the file while the lease is held.
/// </summary>
internal static class MemoryFile
{
    private const int SetSignal = 10, SetLease = 1024;
    private const nint WriteLock = 1, Unlock = 2;

    // The default signal for a broken lease, SIGIO, terminates a process without a handler. SIGURG is ignored by default.
    private const nint UrgentSignal = 23;

    internal static SharedMemoryObject? Describe(SharedMemoryKey key) =>
        FileStatus.TryRead(key.Name, out var status) && status.IsRegularFile && status.Inode == key.Id ? Describe(key, status) : null;

    internal static SharedMemoryRemoval Remove(SharedMemoryObject item)
    {
        var path = item.Key.Name;
        using var file = new Descriptor(Open(path));
        if (!file.IsOpen)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                Errno.ENOENT => new(SharedMemoryOutcome.Gone),
                Errno.EAGAIN => new(SharedMemoryOutcome.InUse), // another process holds a lease
                _ => Refused("it cannot be opened"),
            };
        }

        if (!FileStatus.TryRead(file.Number, out var status) || !status.IsRegularFile
            || !Describe(item.Key with { Id = status.Inode }, status).IsSameAs(item))
        {
            return new(SharedMemoryOutcome.Gone);
        }

        if (LibC.geteuid() is not 0 and var user && user != status.UserId)
        {
            return new(SharedMemoryOutcome.Refused, $"it belongs to the user {status.UserId}");
        }

        if (LibC.fcntl(file.Number, SetSignal, UrgentSignal) != 0 || LibC.fcntl(file.Number, SetLease, WriteLock) != 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.EAGAIN
                ? new(SharedMemoryOutcome.InUse)
                : Refused("whether a process uses it cannot be found out");
        }

        var removal = RemoveName(path, status);

        // The close is not enough: a child that this process forks at this moment has the descriptor until its exec.
        _ = LibC.fcntl(file.Number, SetLease, Unlock);
        return removal;
    }

    // Checked once more by name: the name may belong to another file since the open.
    private static SharedMemoryRemoval RemoveName(string path, FileStatus opened) =>
        !FileStatus.TryRead(path, out var named) || named.Identity != opened.Identity ? new(SharedMemoryOutcome.Gone)
        : LibC.unlink(path) == 0 ? new(SharedMemoryOutcome.Removed)
        : Refused("it cannot be removed");

    /// <summary>The pid in the name of a segment that PyTorch created, <c>torch_PID_NUMBER_NUMBER</c>.</summary>
    internal static int? CreatorIn(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Split('_') is ["torch", var pid, _, ..]
            && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var creator) && creator > 1
            ? creator
            : null;
    }

    private static SharedMemoryObject Describe(SharedMemoryKey key, FileStatus status) =>
        new(key, status.Size, status.UserId, status.Born, CreatorIn(key.Name));

    // Follows no link, and does not wait for the other end of a FIFO.
    private static int Open(string path)
    {
        var flags = OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
        var fd = LibC.open(path, OpenFlags.ReadOnly | flags, 0);
        return fd < 0 && Marshal.GetLastPInvokeError() == Errno.EACCES ? LibC.open(path, OpenFlags.WriteOnly | flags, 0) : fd;
    }

    private static SharedMemoryRemoval Refused(string what) =>
        new(SharedMemoryOutcome.Refused, $"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
