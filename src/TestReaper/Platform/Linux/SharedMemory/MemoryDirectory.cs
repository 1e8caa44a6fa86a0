using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>Lists the regular files of a directory of named memory, with their inodes, by getdents64(2).</summary>
internal sealed class MemoryDirectory(string path)
{
    private const int RegularFile = 8, UnknownType = 0;

    // On some distributions it is a link to /run/shm.
    private readonly string _path =
        Accessible.OrDefault(() => new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName) ?? path;

    /// <summary>The beginning of the link targets of open files.</summary>
    public string Prefix => _path + "/";

    /// <summary>The device of its files, as /proc/PID/maps shows it; null if the directory does not exist.</summary>
    public (uint Major, uint Minor)? Device => FileStatus.TryRead(_path, out var status) ? status.Device : null;

    public void List(List<SharedMemoryKey> keys)
    {
        using var directory = new Descriptor(LibC.open(_path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0));
        _ = directory.IsOpen && DirectoryEntries.Read(directory.Number, (name, type, inode) =>
        {
            if (type is RegularFile or UnknownType)
            {
                keys.Add(new SharedMemoryKey(SharedMemoryKind.Posix, Prefix + Encoding.UTF8.GetString(name[..^1]), inode));
            }
        });
    }
}
