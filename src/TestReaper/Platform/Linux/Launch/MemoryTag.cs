using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// A name in the memory map of this process. A child of vfork is in the same memory until its exec, so the tag identifies it before that:
/// its environment and command line are still those of this process.
/// </summary>
/// <remarks>A page without access rights, of a file without a path: no other process can map it (memfd_create(2)).</remarks>
internal static unsafe class MemoryTag
{
    private const uint CloseOnExec = 1, NeverExecutable = 8;
    private const int NoAccess = 0, Private = 2, NotInForks = 10;
    private static readonly nint Failed = -1;

    /// <summary>Tags this process until it exits; false if the kernel refuses.</summary>
    internal static bool TrySet(string name)
    {
        // Some systems require the second flag (sysctl vm.memfd_noexec). Linux before 6.3 does not have it.
        var file = LibC.memfd_create(name, CloseOnExec | NeverExecutable);
        file = file < 0 ? LibC.memfd_create(name, CloseOnExec) : file;
        if (file < 0)
        {
            return false;
        }

        var size = (nuint)Environment.SystemPageSize;
        var page = LibC.mmap(0, size, NoAccess, Private, file, 0);
        _ = LibC.close(file);

        // A child of fork(2) has a copy of the memory and may live on without an exec: its copy has no tag.
        return page != Failed && LibC.madvise(page, size, NotInForks) == 0;
    }

    internal static bool IsOn(int pid, string name) =>
        BoundedReads.Read(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "maps"u8)) is { } maps
        && HasPath(maps, Encoding.UTF8.GetBytes(InMaps(name)));

    /// <summary>Whether a line has exactly this path: the path of another file may contain the name.</summary>
    internal static bool HasPath(ReadOnlySpan<byte> maps, ReadOnlySpan<byte> path)
    {
        while (maps.Length > 0)
        {
            // Nothing before the path has a slash, and a line end in a path is written as \012.
            var line = ByteText.Take(ref maps, '\n');
            var start = line.IndexOf((byte)'/');
            if (start > 0 && line[start..].SequenceEqual(path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The path that proc_pid_maps(5) shows.</summary>
    internal static string InMaps(string name) => $"/memfd:{name} (deleted)";
}
