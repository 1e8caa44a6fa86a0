using System.Buffers.Binary;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>Checks owner, type and mode of a directory or file with statx(2), whose layout is the same on every architecture.</summary>
internal static unsafe class PrivateDirectory
{
    private const int CurrentDirectory = -100, NoFollow = 0x100;
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8;
    private const int UidOffset = 20, ModeOffset = 28, BufferSize = 256;
    private const int TypeMask = 0xF000, DirectoryType = 0x4000, RegularFileType = 0x8000, OthersMask = 0x3F; // 0077

    internal static bool IsPrivate(string path) => IsOwn(path, DirectoryType, OthersMask);

    internal static bool IsPrivateFile(string path) => IsOwn(path, RegularFileType, OthersMask);

    /// <summary>Whether it is a directory of this user, which others may be able to read.</summary>
    internal static bool IsOwn(string path) => IsOwn(path, DirectoryType, closed: 0);

    private static bool IsOwn(string path, int type, int closed)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        fixed (byte* target = buffer)
        {
            if (LibC.statx(CurrentDirectory, path, NoFollow, TypeModeAndOwner, target) != 0)
            {
                return false;
            }
        }

        var owner = BinaryPrimitives.ReadUInt32LittleEndian(buffer[UidOffset..]);
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(buffer[ModeOffset..]);
        return owner == LibC.geteuid() && (mode & TypeMask) == type && (mode & closed) == 0;
    }
}
