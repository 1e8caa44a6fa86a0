using System.Buffers.Binary;
using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Files;

/// <summary>The result of lstat(2) and fstat(2), with 64-bit inodes (bsd/sys/stat.h).</summary>
internal readonly record struct FileStatus(int Mode, int Links, uint UserId)
{
    private const int Size = 144;
    private const int TypeMask = 0xF000, DirectoryType = 0x4000, RegularFileType = 0x8000, OthersMask = 0x3F; // 0077
    private static readonly bool HasShortForms = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    internal bool IsRegularFile => (Mode & TypeMask) == RegularFileType;

    internal bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    /// <summary>Whether it belongs to the user and its mode gives other users no right.</summary>
    internal bool IsPrivateTo(uint user) => UserId == user && (Mode & OthersMask) == 0;

    /// <summary>Reads the status of the path itself: a symbolic link is not followed.</summary>
    internal static FileStatus? TryRead(string path)
    {
        Span<byte> status = stackalloc byte[Size];
        return (HasShortForms ? LibSystem.LongStatus(path, status) : LibSystem.lstat(path, status)) == 0 ? Parse(status) : null;
    }

    /// <summary>Reads the status of an open file.</summary>
    internal static FileStatus? TryRead(int fd)
    {
        Span<byte> status = stackalloc byte[Size];
        return (HasShortForms ? LibSystem.LongStatus(fd, status) : LibSystem.fstat(fd, status)) == 0 ? Parse(status) : null;
    }

    /// <summary>A pure function of struct stat.</summary>
    internal static FileStatus Parse(ReadOnlySpan<byte> status) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(status[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(status[6..]),
        BinaryPrimitives.ReadUInt32LittleEndian(status[16..]));
}
