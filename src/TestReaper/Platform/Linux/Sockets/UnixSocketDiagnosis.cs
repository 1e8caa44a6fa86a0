using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>
/// Reads the unix sockets that listen, with the file that each is bound to (sock_diag(7)). A path does not identify a socket: the file of
/// a running server can be unlinked and its path bound by another server. Then /proc/net/unix shows the path twice.
/// </summary>
internal static class UnixSocketDiagnosis
{
    private const byte Unix = 1;
    private const ushort NameAttribute = 0, FileAttribute = 1;
    private const uint ListenState = 1 << 10, ShowName = 1, ShowFile = 2;
    private const int RequestSize = 24, AnswerSize = 16;

    /// <returns>Null if the kernel does not have this interface, or refuses it.</returns>
    internal static IReadOnlyList<UnixListener>? TryListListeners()
    {
        // struct unix_diag_req.
        Span<byte> body = stackalloc byte[RequestSize];
        body.Clear();
        body[0] = Unix;
        MemoryMarshal.Write(body[4..], ListenState);
        MemoryMarshal.Write(body[12..], ShowName | ShowFile);
        var sockets = new List<UnixListener>();
        return SocketQuery.TryRun(body, AnswerSize, answer => Add(answer, sockets)) ? sockets : null;
    }

    /// <summary>The listeners that are bound to the file, by its inode; the path does not matter.</summary>
    internal static HashSet<long> BoundTo(IReadOnlyList<UnixListener> listeners, FileIdentity file)
    {
        // The kernel shows 32 bits of the inode. On an overlay the device may differ from that of stat(2).
        var sameInode = listeners.Where(listener => listener.File is { } bound && (uint)bound.Inode == (uint)file.Inode).ToList();
        var sameDevice = sameInode.FindAll(
            listener => listener.File is { } bound && (bound.Major, bound.Minor) == (file.Major, file.Minor));
        return [.. (sameDevice.Count > 0 ? sameDevice : sameInode).Select(listener => listener.Inode)];
    }

    /// <summary>struct unix_diag_msg, then its attributes.</summary>
    private static void Add(ReadOnlySpan<byte> message, List<UnixListener> sockets)
    {
        var attributes = message[AnswerSize..];
        var name = Encoding.UTF8.GetString(SocketQuery.Attribute(attributes, NameAttribute));
        var file = SocketQuery.Attribute(attributes, FileAttribute);
        sockets.Add(new UnixListener(
            MemoryMarshal.Read<uint>(message[4..]),
            name.StartsWith('\0') ? "@" + name[1..] : name.TrimEnd('\0'),
            file.Length >= 8 ? FileOf(MemoryMarshal.Read<uint>(file[4..]), MemoryMarshal.Read<uint>(file)) : null));
    }

    // The device number inside the kernel: 12 bits major, 20 bits minor.
    private static FileIdentity FileOf(uint device, uint inode) => new(device >> 20, device & 0xFFFFF, inode);
}

/// <summary>A unix socket that listens.</summary>
/// <param name="Inode">The inode by which processes hold it.</param>
/// <param name="Path">The path as it was bound, which may be relative; "@name" for an abstract name; empty if unnamed.</param>
/// <param name="File">The file that it is bound to, with 32 bits of its inode; null without a file.</param>
internal readonly record struct UnixListener(long Inode, string Path, FileIdentity? File);
