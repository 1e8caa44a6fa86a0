using System.Globalization;

namespace TestReaper.Platform.Linux;

/// <summary>Finds the processes that hold socket inodes, by the links in /proc/PID/fd.</summary>
internal static class SocketOwners
{
    internal static ListenerOwner Find(IReadOnlySet<long> inodes, IReadOnlyCollection<int> treePids)
    {
        if (inodes.Count == 0)
        {
            return new ListenerOwner(ListenerKind.Nobody);
        }

        // The usual case costs only the tree's own descriptors.
        var missing = new HashSet<long>(inodes);
        foreach (var pid in treePids)
        {
            Visit(pid, missing);
            if (missing.Count == 0)
            {
                return new ListenerOwner(ListenerKind.Tree);
            }
        }

        return FindOutside(missing, treePids);
    }

    /// <summary>The sockets that the processes have open, as far as their descriptors can be read.</summary>
    internal static HashSet<long> InodesOf(IReadOnlyCollection<int> pids)
    {
        var inodes = new HashSet<long>();
        foreach (var pid in pids)
        {
            try
            {
                inodes.UnionWith(Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
                    .Select(descriptor => SocketInode(new FileInfo(descriptor).LinkTarget)).OfType<long>());
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another user's, undumpable, or gone.
            }
        }

        return inodes;
    }

    private static ListenerOwner FindOutside(HashSet<long> missing, IReadOnlyCollection<int> treePids)
    {
        var unreadable = 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, null, out var pid) || treePids.Contains(pid))
            {
                continue;
            }

            var before = missing.Count;
            if (!Visit(pid, missing))
            {
                unreadable++;
            }
            else if (missing.Count < before)
            {
                return new ListenerOwner(ListenerKind.Stranger, pid);
            }
        }

        return new ListenerOwner(ListenerKind.Unknown, Reason: unreadable > 0
            ? $"the open files of {unreadable} process(es) cannot be read (another user, or undumpable)"
            : "no visible process holds the socket (another PID namespace?)");
    }

    /// <summary>Takes out of <paramref name="missing"/> what the process holds; false if its descriptors cannot be read.</summary>
    private static bool Visit(int pid, HashSet<long> missing)
    {
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
            {
                if (SocketInode(new FileInfo(descriptor).LinkTarget) is long inode)
                {
                    missing.Remove(inode);
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
            // It exited meanwhile, and what it held is no longer its own.
            return true;
        }
    }

    /// <summary>The number in <c>socket:[4711]</c>.</summary>
    internal static long? SocketInode(string? target) =>
        target is not null && target.StartsWith("socket:[", StringComparison.Ordinal) && target.EndsWith(']')
        && long.TryParse(target.AsSpan("socket:[".Length, target.Length - "socket:[]".Length), out var inode)
            ? inode
            : null;
}
