using System.Buffers.Text;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>
/// Finds named memory in /proc/PID/maps and /proc/PID/fd by device and inode. Names are not reliable: a semaphore is mapped under the
/// temporary name of sem_open(3), and in another mount namespace the same name is another file.
/// </summary>
internal static class SharedMemoryUse
{
    private const int MaxMaps = 16 * 1024 * 1024;

    internal static IReadOnlyList<SharedMemoryKey>? Find(
        int pid, IReadOnlyCollection<SharedMemoryKey> wanted, IReadOnlyList<MemoryDirectory> directories)
    {
        var search = new Search(wanted, directories, wanted.Any(key => key.Kind == SharedMemoryKind.SystemV) && IsInSameIpcNamespace(pid));
        if (ReadMaps(pid) is not { } maps)
        {
            return Directory.Exists($"/proc/{pid}") ? null : [];
        }

        FindMapped(maps, search);
        return search.IsDone || FindOpen(pid, search, directories) ? search.Found : null;
    }

    /// <summary>A pure function over the content of /proc/PID/maps.</summary>
    internal static void FindMapped(ReadOnlySpan<byte> maps, Search search)
    {
        while (!maps.IsEmpty && !search.IsDone)
        {
            var end = maps.IndexOf((byte)'\n');
            var line = end < 0 ? maps : maps[..end];
            maps = end < 0 ? [] : maps[(end + 1)..];

            // FROM-TO PERMISSIONS OFFSET MAJOR:MINOR INODE PATH
            Skip(ref line, 3);
            var device = Field(ref line);
            var colon = device.IndexOf((byte)':');
            if (colon > 0
                && Utf8Parser.TryParse(Field(ref line), out ulong inode, out _) && inode > 0
                && Utf8Parser.TryParse(device[..colon], out uint major, out _, 'x')
                && Utf8Parser.TryParse(device[(colon + 1)..], out uint minor, out _, 'x'))
            {
                search.Match((major, minor), inode, line.TrimStart((byte)' ').StartsWith("/SYSV"u8));
            }
        }
    }

    // Null for a process whose memory lock is held.
    private static byte[]? ReadMaps(int pid) =>
        BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "maps"u8, MaxMaps), out var maps) ? maps : null;

    /// <returns>False if its descriptors cannot be read.</returns>
    private static bool FindOpen(int pid, Search search, IReadOnlyList<MemoryDirectory> directories)
    {
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
            {
                // Follows only links into these directories: a file on a dead file server would block.
                if (new FileInfo(descriptor).LinkTarget is { } target
                    && (search.IsQueue(target)
                        || directories.Any(directory => target.StartsWith(directory.Prefix, StringComparison.Ordinal)))
                    && FileStatus.TryFollow(descriptor, out var status))
                {
                    search.Match(status.Device, status.Inode, isSystemV: false);
                }
            }

            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // It has exited and uses nothing.
            return true;
        }
    }

    private static bool IsInSameIpcNamespace(int pid)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/ipc")).LinkTarget
                == new FileInfo("/proc/self/ns/ipc").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Skip(ref ReadOnlySpan<byte> line, int fields)
    {
        for (var i = 0; i < fields; i++)
        {
            _ = Field(ref line);
        }
    }

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart((byte)' ');
        var end = line.IndexOf((byte)' ');
        var field = end < 0 ? line : line[..end];
        line = end < 0 ? [] : line[end..];
        return field;
    }

    /// <summary>The objects that one process is searched for, and those that were found.</summary>
    internal sealed class Search
    {
        private const string Queues = "/dev/mqueue/";
        private readonly Dictionary<(SharedMemoryKind Kind, ulong Id), SharedMemoryKey> _wanted = [];
        private readonly HashSet<(uint Major, uint Minor)> _devices;
        private readonly HashSet<string> _queues = [];
        private readonly bool _hasSystemV;

        public Search(IReadOnlyCollection<SharedMemoryKey> wanted, IReadOnlyList<MemoryDirectory> directories, bool hasSystemV)
            : this(wanted, directories.Select(directory => directory.Device).OfType<(uint, uint)>(), hasSystemV)
        {
        }

        public Search(IReadOnlyCollection<SharedMemoryKey> wanted, IEnumerable<(uint Major, uint Minor)> devices, bool hasSystemV)
        {
            (_devices, _hasSystemV) = ([.. devices], hasSystemV);
            foreach (var key in wanted)
            {
                _wanted.TryAdd(key.Identity, key);
                if (key.Name.StartsWith(Queues, StringComparison.Ordinal))
                {
                    _queues.Add(key.Name[(Queues.Length - 1)..]);
                }
            }
        }

        /// <summary>Whether a link target is a wanted message queue: the kernel shows /NAME, whatever the mount point.</summary>
        public bool IsQueue(string target) => _queues.Contains(target);

        public List<SharedMemoryKey> Found { get; } = [];

        public bool IsDone => _wanted.Count == 0;

        public void Match((uint Major, uint Minor) device, ulong inode, bool isSystemV)
        {
            // The inode of a System V segment is its id.
            var kind = isSystemV ? SharedMemoryKind.SystemV : SharedMemoryKind.Posix;
            if ((isSystemV ? _hasSystemV : _devices.Contains(device)) && _wanted.Remove((kind, inode), out var key))
            {
                Found.Add(key);
            }
        }
    }
}
