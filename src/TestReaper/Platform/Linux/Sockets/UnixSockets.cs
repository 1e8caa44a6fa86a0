using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>Answers which process a connection to a unix socket's path reaches.</summary>
internal static class UnixSockets
{
    internal static ListenerOwner FindOwner(string path, IReadOnlyCollection<int> treePids)
    {
        if (FileIdentity.TryGet(path) is { } file && UnixSocketDiagnosis.TryListListeners() is { } listeners)
        {
            var bound = UnixSocketDiagnosis.BoundTo(listeners, file);
            if (bound.Count > 0)
            {
                return SocketOwners.Find(bound, treePids);
            }
        }

        // An abstract name has no file, and is unique. A path may be shown twice, for a file that was unlinked and its successor.
        var named = UnixSocketTable.ListeningInodes(path);
        var owner = SocketOwners.Find(named, treePids);
        return named.Count > 1 && owner.Kind == ListenerKind.Stranger
            ? new ListenerOwner(
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
}
