using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>A file by device and inode, found without opening it (statx(2)).</summary>
internal readonly record struct FileIdentity(uint Major, uint Minor, ulong Inode)
{
    private const int AtWorkingDirectory = -100, StatxSize = 256;
    private const int InodeOffset = 32, MajorOffset = 136, MinorOffset = 140;
    private const uint InodeMask = 0x100;

    /// <param name="path">The path; links are followed.</param>
    /// <param name="file">The file.</param>
    /// <returns>0, or the error.</returns>
    internal static unsafe int Find(string path, out FileIdentity file)
    {
        Span<byte> buffer = stackalloc byte[StatxSize];
        fixed (byte* target = buffer)
        {
            if (LibC.statx(AtWorkingDirectory, path, 0, InodeMask, target) != 0)
            {
                file = default;
                return Marshal.GetLastPInvokeError();
            }
        }

        file = new FileIdentity(
            MemoryMarshal.Read<uint>(buffer[MajorOffset..]),
            MemoryMarshal.Read<uint>(buffer[MinorOffset..]),
            MemoryMarshal.Read<ulong>(buffer[InodeOffset..]));
        return 0;
    }

    /// <summary>Follows symbolic links, as connect(2) does; null if the file does not exist or is not visible.</summary>
    internal static FileIdentity? TryGet(string path) => Find(path, out var file) == 0 ? file : null;

    /// <summary>How many descriptors of this process refer to the file.</summary>
    internal int CountOwnDescriptors()
    {
        var count = 0;
        foreach (var descriptor in Directory.EnumerateFiles("/proc/self/fd"))
        {
            count += Find(descriptor, out var file) == 0 && file == this ? 1 : 0;
        }

        return count;
    }
}
