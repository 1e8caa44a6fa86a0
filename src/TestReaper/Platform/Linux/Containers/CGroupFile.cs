using System.Runtime.InteropServices;
using System.Text;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>Files of the cgroup2 file system, which the kernel makes: none is ever created by a write.</summary>
internal static unsafe class CGroupFile
{
    private const long Magic = 0x63677270;
    private const int StatfsSize = 256;

    /// <summary>Whether a directory is a cgroup v2; an ordinary one with the same name is none (statfs(2)).</summary>
    internal static bool IsCGroup(string directory)
    {
        var buffer = stackalloc byte[StatfsSize];
        return LibC.statfs(directory, buffer) == 0 && *(nint*)buffer == (nint)Magic;
    }

    /// <summary>Makes a cgroup below one; 0, or the error.</summary>
    internal static int Make(string directory) => LibC.mkdir(directory, 0x1ED) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>False if there is no such file or the kernel refuses.</summary>
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
