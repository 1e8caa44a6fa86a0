using System.Buffers.Binary;

namespace TestReaper.Platform.Linux;

/// <summary>A file, whatever its path: the kernel's number of the device, and the inode.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int CurrentDirectory = -100, BufferSize = 256, InodeOffset = 32, MajorOffset = 136, MinorOffset = 140;
    private const uint InodeMask = 0x100;
    private const int MinorBits = 20;

    /// <summary>Follows symbolic links, as connect(2) does; null if there is no such file or it cannot be seen.</summary>
    internal static unsafe FileIdentity? TryGet(string path)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        fixed (byte* target = buffer)
        {
            if (LibC.statx(CurrentDirectory, path, 0, InodeMask, target) != 0)
            {
                return null;
            }
        }

        ulong major = BinaryPrimitives.ReadUInt32LittleEndian(buffer[MajorOffset..]);
        var minor = BinaryPrimitives.ReadUInt32LittleEndian(buffer[MinorOffset..]);
        return new FileIdentity((major << MinorBits) | minor, BinaryPrimitives.ReadUInt64LittleEndian(buffer[InodeOffset..]));
    }
}
