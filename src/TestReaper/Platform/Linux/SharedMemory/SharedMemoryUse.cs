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
        var hasSystemV = wanted.Any(key => key.Kind == SharedMemoryKind.SystemV) && IsInSameIpcNamespace(pid);
        var search = new Search(wanted, directories.Select(directory => directory.Device).OfType<(uint, uint)>(), hasSystemV);
        // Null for a process whose memory lock is held.
        if (BoundedReads.Read(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "maps"u8, MaxMaps)) is not { } maps)
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
            // FROM-TO PERMISSIONS OFFSET MAJOR:MINOR INODE PATH
            var line = ByteText.Take(ref maps, '\n');
            for (var skipped = 0; skipped < 3; skipped++)
            {
                _ = Field(ref line);
            }

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

    /// <returns>False if its descriptors cannot be read.</returns>
    private static bool FindOpen(int pid, Search search, IReadOnlyList<MemoryDirectory> directories)
    {
        if (OpenFiles.Of(pid) is not { } files)
        {
            return false;
        }

        // Follows only links into these directories: a file on a dead file server would block.
        foreach (var (link, target) in files)
        {
            if ((search.IsQueue(target) || directories.Any(directory => target.StartsWith(directory.Prefix, StringComparison.Ordinal)))
                && FileStatus.TryIdentify(link) is { } file)
            {
                search.Match((file.Major, file.Minor), file.Inode, isSystemV: false);
            }
        }

        return true;
    }

    private static bool IsInSameIpcNamespace(int pid) =>
        new FileInfo($"/proc/{pid}/ns/ipc").LinkTarget == new FileInfo("/proc/self/ns/ipc").LinkTarget;

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart((byte)' ');
        return ByteText.Take(ref line, ' ');
    }

    /// <summary>The objects that one process is searched for, and those that were found.</summary>
    internal sealed class Search
    {
        private const string Queues = "/dev/mqueue/";
        private readonly Dictionary<(SharedMemoryKind Kind, ulong Id), SharedMemoryKey> _wanted = [];
        private readonly HashSet<(uint Major, uint Minor)> _devices;
        private readonly HashSet<string> _queues = [];
        private readonly bool _hasSystemV;

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
