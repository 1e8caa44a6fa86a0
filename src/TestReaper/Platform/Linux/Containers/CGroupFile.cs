using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>Files of the cgroup2 file system. The kernel creates them; a write never creates a file.</summary>
internal static class CGroupFile
{
    private const long Magic = 0x63677270;
    private const int StatfsSize = 256;

    /// <summary>Whether a directory is a cgroup v2, by the magic number of its file system (statfs(2)).</summary>
    internal static bool IsCGroup(string directory)
    {
        Span<byte> buffer = stackalloc byte[StatfsSize];
        return LibC.statfs(directory, buffer) == 0 && MemoryMarshal.Read<nint>(buffer) == (nint)Magic;
    }

    /// <summary>Writes to a file; false if it does not exist or the kernel refuses.</summary>
    internal static bool TryWrite(string path, string text)
    {
        using var file = new Descriptor(LibC.open(path, OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0));
        return file.IsOpen && TryWrite(file.Number, text);
    }

    internal static bool TryWrite(int fd, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return LibC.write(fd, bytes, (nuint)bytes.Length) == bytes.Length;
    }
}
