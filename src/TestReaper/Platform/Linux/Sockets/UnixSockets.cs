using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>Finds which process a connection to the path of a unix socket reaches.</summary>
internal static class UnixSockets
{
    // Columns of /proc/net/unix (proc_pid_net(5)), and the flag __SO_ACCEPTCON of a socket that listens.
    private const int Flags = 3, Inode = 6, Path = 7;
    private const string ListeningFlags = "00010000";

    internal static ListenerHolder FindListener(string path, IReadOnlyCollection<int> treePids)
    {
        if (FileStatus.TryIdentify(path) is { } file && UnixSocketDiagnosis.TryListListeners() is { } listeners)
        {
            var bound = UnixSocketDiagnosis.BoundTo(listeners, file);
            if (bound.Count > 0)
            {
                return SocketHolders.Find(bound, treePids);
            }
        }

        // An abstract name has no file, and is unique. A path may be listed twice: for a file that was unlinked, and for its successor.
        HashSet<long> named = [.. ParseListeners(File.ReadLines("/proc/net/unix"), path)];
        var owner = SocketHolders.Find(named, treePids);
        return named.Count > 1 && owner.Kind == ListenerKind.Unrelated
            ? new ListenerHolder(
                ListenerKind.Unknown, Reason: $"{named.Count} sockets have that path, and the kernel does not show which one has its file")
            : owner;
    }

    /// <summary>The paths of those of the sockets that listen.</summary>
    internal static IReadOnlyList<string> PathsOf(IReadOnlySet<long> inodes) =>
    [
        .. (UnixSocketDiagnosis.TryListListeners() ?? [])
            .Where(listener => inodes.Contains(listener.Inode) && listener.Path.Length > 0)
            .Select(listener => listener.Path)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A pure function of /proc/net/unix: the inodes of the sockets that listen at a path.</summary>
    internal static IEnumerable<long> ParseListeners(IEnumerable<string> lines, string path) => lines
        .Skip(1)

        // The path is the rest of the line and may hold spaces.
        .Select(static line => line.Split(' ', Path + 1, StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length > Path && fields[Flags] == ListeningFlags && fields[Path] == path)
        .Select(static fields => long.TryParse(fields[Inode], out var inode) ? inode : (long?)null)
        .OfType<long>();
}
