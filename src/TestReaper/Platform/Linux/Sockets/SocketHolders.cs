using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>Finds the processes that hold socket inodes, by the links in /proc/PID/fd.</summary>
internal static class SocketHolders
{
    internal static ListenerHolder Find(IReadOnlySet<long> inodes, IReadOnlyCollection<int> treePids)
    {
        if (inodes.Count == 0)
        {
            return new ListenerHolder(ListenerKind.None);
        }

        // Usually the tree holds them: then only its own descriptors are read.
        var missing = new HashSet<long>(inodes);
        foreach (var pid in treePids)
        {
            missing.ExceptWith(Held([pid], inodes).TryGet(0, out var held) ? held ?? [] : []);
            if (missing.Count == 0)
            {
                return new ListenerHolder(ListenerKind.Tree);
            }
        }

        return FindOutside(missing, treePids);
    }

    /// <summary>The sockets that the processes have open, without processes whose descriptors cannot be read.</summary>
    internal static HashSet<long> InodesOf(IReadOnlyCollection<int> pids) => [.. pids.SelectMany(pid => InodesOf(OpenFiles.Of(pid) ?? []))];

    /// <summary>The sockets among open files.</summary>
    internal static IEnumerable<long> InodesOf(IEnumerable<(string Link, string Target)> files) =>
        files.Select(file => SocketInode(file.Target)).OfType<long>();

    private static ListenerHolder FindOutside(HashSet<long> missing, IReadOnlyCollection<int> treePids)
    {
        int[] pids = [.. ProcFs.Pids().Except(treePids)];
        var reads = Held(pids, missing);
        var unreadable = 0;
        for (var i = 0; i < pids.Length; i++)
        {
            if (!reads.TryGet(i, out var held) || held is null)
            {
                unreadable++;
            }
            else if (held.Length > 0)
            {
                return new ListenerHolder(ListenerKind.Unrelated, pids[i]);
            }
        }

        return new ListenerHolder(ListenerKind.Unknown, Reason: unreadable > 0
            ? $"the open files of {unreadable} process(es) cannot be read (another user, undumpable, or the kernel did not answer in time)"
            : "no visible process holds the socket (another PID namespace?)");
    }

    /// <summary>Which of the inodes each process holds; null if its descriptors cannot be read.</summary>
    private static ReadBatch<long[]?> Held(int[] pids, IReadOnlySet<long> wanted) => BoundedReads.ReadEach<long[]?>(
        pids, "fd", pid => OpenFiles.Of(pid) is { } files ? [.. InodesOf(files).Where(wanted.Contains)] : null);

    /// <summary>The number in <c>socket:[4711]</c>.</summary>
    internal static long? SocketInode(string? target) =>
        target is not null && target.StartsWith("socket:[", StringComparison.Ordinal) && target.EndsWith(']')
        && long.TryParse(target.AsSpan("socket:[".Length, target.Length - "socket:[]".Length), out var inode)
            ? inode
            : null;
}
