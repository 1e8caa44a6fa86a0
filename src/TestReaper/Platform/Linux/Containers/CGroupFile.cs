using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>Files of the cgroup2 file system. The kernel creates them; a write never creates a file.</summary>
internal static unsafe class CGroupFile
{
    private const long Magic = 0x63677270;
    private const int StatfsSize = 256;

    /// <summary>Whether a directory is a cgroup v2, by the magic number of its file system (statfs(2)).</summary>
    internal static bool IsCGroup(string directory)
    {
        var buffer = stackalloc byte[StatfsSize];
        return LibC.statfs(directory, buffer) == 0 && *(nint*)buffer == (nint)Magic;
    }

    /// <summary>Creates a cgroup.</summary>
    /// <returns>0, or the error.</returns>
    internal static int Make(string directory) => LibC.mkdir(directory, 0x1ED) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Writes to a file; false if it does not exist or the kernel refuses.</summary>
    internal static bool TryWrite(string path, string text)
    {
        var fd = LibC.open(path, OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
        if (fd < 0)
        {
            return false;
        }

        try
        {
            return TryWrite(fd, text);
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    internal static bool TryWrite(int fd, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        fixed (byte* source = bytes)
        {
            return LibC.write(fd, source, (nuint)bytes.Length) == bytes.Length;
        }
    }
}
