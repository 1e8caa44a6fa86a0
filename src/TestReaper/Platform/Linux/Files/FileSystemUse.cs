using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>The room of file systems, by statfs(2). It may block on a file server that does not answer.</summary>
internal static class FileSystemUse
{
    // struct statfs: type, block size, blocks, free ones, those free for this user, files, free ones, id, length of a name, size of a
    // fragment, flags; a word each on 64-bit machines.
    private const int Size = 256, BlockSize = 1, Blocks = 2, BlocksForUser = 4, Files = 5, FreeFiles = 6, Flags = 10;

    // An image such as squashfs has no free block, and is not full.
    private const nint ReadOnly = 1;

    /// <summary>Null if the path does not exist, or is on a file system that is mounted for reading only.</summary>
    internal static FileSystemSpace? Read(string path)
    {
        Span<byte> buffer = stackalloc byte[Size];
        if (LibC.statfs(path, buffer) != 0)
        {
            return null;
        }

        var words = MemoryMarshal.Cast<byte, nint>(buffer);
        return (words[Flags] & ReadOnly) != 0 ? null : new FileSystemSpace(
            words[Blocks] * words[BlockSize], words[BlocksForUser] * words[BlockSize], words[Files] > 0 ? words[FreeFiles] : null);
    }
}
