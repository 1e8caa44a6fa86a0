using System.Buffers.Binary;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>The result of statx(2). Its layout is the same on every architecture.</summary>
internal readonly record struct FileStatus(
    uint Links, uint UserId, int Mode, ulong Inode, long Size, DateTimeOffset? Born, (uint Major, uint Minor) Device, ulong MountId)
{
    private const int CurrentDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000, BufferSize = 256;
    private const uint InodeMask = 0x100, Details = 0x7FF | BirthTime | Mounted, BirthTime = 0x800, Mounted = 0x1000;
    private const int TypeMask = 0xF000, DirectoryType = 0x4000, RegularFileType = 0x8000, OthersMask = 0x3F; // 0077

    public FileIdentity Identity => new(Device.Major, Device.Minor, Inode);

    /// <summary>Which mount it is on, or only which file system before Linux 5.8.</summary>
    public (ulong Id, uint Major, uint Minor) Mount => MountId > 0 ? (MountId, 0, 0) : (0, Device.Major, Device.Minor);

    public bool IsRegularFile => (Mode & TypeMask) == RegularFileType;

    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public bool IsOfThisUser => UserId == LibC.geteuid();

    /// <summary>Whether it belongs to this user and other users have no right to it.</summary>
    public bool IsPrivate => IsOfThisUser && (Mode & OthersMask) == 0;

    /// <summary>Reads the status of the path itself: a symbolic link is not followed.</summary>
    public static bool TryRead(string path, out FileStatus status) => TryRead(CurrentDirectory, path, NoFollow, Details, out status);

    /// <summary>Reads the status of an open file.</summary>
    public static bool TryRead(int fd, out FileStatus status) => TryRead(fd, "", EmptyPath, Details, out status);

    /// <summary>Finds the file without opening it. Follows symbolic links, as connect(2) does.</summary>
    /// <returns>Null if the file does not exist or is not visible; then the last error of the system says why.</returns>
    public static FileIdentity? TryIdentify(string path) =>
        TryRead(CurrentDirectory, path, 0, InodeMask, out var status) ? status.Identity : null;

    private static bool TryRead(int directory, string path, int flags, uint mask, out FileStatus status)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        if (LibC.statx(directory, path, flags, mask, buffer) != 0)
        {
            status = default;
            return false;
        }

        status = new FileStatus(
            BinaryPrimitives.ReadUInt32LittleEndian(buffer[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(buffer[20..]),
            BinaryPrimitives.ReadUInt16LittleEndian(buffer[28..]),
            BinaryPrimitives.ReadUInt64LittleEndian(buffer[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(buffer[40..]),
            (BinaryPrimitives.ReadUInt32LittleEndian(buffer) & BirthTime) != 0 ? ParseTime(buffer[80..]) : null,
            (BinaryPrimitives.ReadUInt32LittleEndian(buffer[136..]), BinaryPrimitives.ReadUInt32LittleEndian(buffer[140..])),
            (BinaryPrimitives.ReadUInt32LittleEndian(buffer) & Mounted) != 0 ? BinaryPrimitives.ReadUInt64LittleEndian(buffer[144..]) : 0);
        return true;
    }

    // struct statx_timestamp: s64 seconds, u32 nanoseconds.
    private static DateTimeOffset ParseTime(ReadOnlySpan<byte> field) =>
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(field))
            .AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(field[8..]) / 100);
}
