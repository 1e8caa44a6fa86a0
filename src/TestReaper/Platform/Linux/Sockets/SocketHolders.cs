using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>Finds the processes that hold socket inodes, by the links in /proc/PID/fd.</summary>
internal static class SocketHolders
{
    private const int ChunkSize = 64;

    // For all chunks. The last one, and the repetition after it, take up to 750 ms each.
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(750);

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
    internal static HashSet<long> InodesOf(IReadOnlyCollection<int> pids)
    {
        int[] all = [.. pids];
        var reads = BoundedReads.ReadEach(all, "fd", static pid => OpenFiles.Of(pid));
        return [.. all.SelectMany((_, i) => InodesOf(reads.TryGet(i, out var files) && files is not null ? files : []))];
    }

    /// <summary>The sockets among open files.</summary>
    internal static IEnumerable<long> InodesOf(IEnumerable<(string Link, string Target)> files) =>
        files.Select(file => SocketInode(file.Target)).OfType<long>();

    // The holder is usually younger than most processes of the machine, and a busy machine does not answer for all of them in time.
    private static ListenerHolder FindOutside(HashSet<long> missing, IReadOnlyCollection<int> treePids)
    {
        var start = Stopwatch.GetTimestamp();
        int[] newestFirst = [.. ProcFs.Pids().Except(treePids).OrderDescending()];
        var (unanswered, denied) = (new List<int>(), 0);
        foreach (var pids in newestFirst.Chunk(ChunkSize))
        {
            if (FindAmong(pids, missing, unanswered, ref denied) is { } holder)
            {
                return holder;
            }

            if (Stopwatch.GetElapsedTime(start) > Budget)
            {
                unanswered.AddRange(newestFirst[(Array.IndexOf(newestFirst, pids[^1]) + 1)..]);
                break;
            }
        }

        // Once more: a read may only have been slow.
        var left = new List<int>();
        return (unanswered.Count > 0 ? FindAmong([.. unanswered], missing, left, ref denied) : null)
            ?? new ListenerHolder(ListenerKind.Unknown, Reason: left.Count + denied > 0
                ? $"the open files of {left.Count + denied} process(es) cannot be read (another user, undumpable, or the kernel did not " +
                  "answer in time)"
                : "no visible process holds the socket (another PID namespace?)");
    }

    /// <returns>Null if none of them holds one, as far as they can be read.</returns>
    private static ListenerHolder? FindAmong(int[] pids, HashSet<long> wanted, List<int> unanswered, ref int denied)
    {
        var reads = Held(pids, wanted);
        for (var i = 0; i < pids.Length; i++)
        {
            if (!reads.TryGet(i, out var held))
            {
                unanswered.Add(pids[i]);
            }
            else if (held is null)
            {
                denied++;
            }
            else if (held.Length > 0)
            {
                return new ListenerHolder(ListenerKind.Unrelated, pids[i]);
            }
        }

        return null;
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
