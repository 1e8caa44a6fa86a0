using System.Text;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// A name in the memory map of this process. A child is in the same memory until its exec, and so can be told from strangers
/// when nothing else of it is its own yet: its environment and its command line are those of this process.
/// </summary>
/// <remarks>A page without access rights, of a file without a path: no other process can map it (memfd_create(2)).</remarks>
internal static unsafe class MemoryTag
{
    private const uint CloseOnExec = 1, NeverExecutable = 8;
    private const int NoAccess = 0, Private = 2, NotInForks = 10;
    private static readonly nint Failed = -1;

    /// <summary>Stays for as long as this process lives; false if the kernel refuses.</summary>
    internal static bool TrySet(string name)
    {
        // Some systems want the second flag (sysctl vm.memfd_noexec); before Linux 6.3 there is none.
        var file = LibC.memfd_create(name, CloseOnExec | NeverExecutable);
        file = file < 0 ? LibC.memfd_create(name, CloseOnExec) : file;
        if (file < 0)
        {
            return false;
        }

        var size = (nuint)Environment.SystemPageSize;
        var page = LibC.mmap(0, size, NoAccess, Private, file, 0);
        _ = LibC.close(file);

        // A child of fork(2) has a copy of the memory, and a life of its own.
        return page != Failed && LibC.madvise(page, size, NotInForks) == 0;
    }

    internal static bool IsOn(int pid, string name) =>
        BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "maps"u8), out var maps)
        && HasPath(maps, Encoding.UTF8.GetBytes(InMaps(name)));

    /// <summary>Whether it is the whole path of a line: a file may have the name among others in its own.</summary>
    internal static bool HasPath(ReadOnlySpan<byte> maps, ReadOnlySpan<byte> path)
    {
        while (maps.Length > 0)
        {
            // Nothing before the path has a slash, and a line end in a path is written as \012.
            var end = maps.IndexOf((byte)'\n');
            var line = end < 0 ? maps : maps[..end];
            var start = line.IndexOf((byte)'/');
            if (start > 0 && line[start..].SequenceEqual(path))
            {
                return true;
            }

            maps = end < 0 ? [] : maps[(end + 1)..];
        }

        return false;
    }

    /// <summary>How proc_pid_maps(5) shows it.</summary>
    internal static string InMaps(string name) => $"/memfd:{name} (deleted)";
}
