using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>
/// Asks the kernel for the unix sockets that listen, with the file that each is bound to. A path is no identity: the file of a living
/// server can be unlinked and its path bound by another one, and /proc/net/unix then shows the path twice.
/// </summary>
internal static class UnixSocketDiagnosis
{
    private const byte Unix = 1;
    private const ushort NameAttribute = 0, FileAttribute = 1;
    private const uint ListenState = 1 << 10, ShowName = 1, ShowFile = 2;
    private const int RequestSize = 24, AnswerSize = 16;

    /// <returns>Null if the kernel has no such interface, or refuses it.</returns>
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
        // The kernel shows 32 bits of the inode. Below an overlay the device may differ from that of stat(2).
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

    // The kernel's own number of a device: 12 bits of major, 20 of minor.
    private static FileIdentity FileOf(uint device, uint inode) => new(device >> 20, device & 0xFFFFF, inode);
}

/// <summary>A unix socket that listens.</summary>
/// <param name="Inode">By which processes hold it.</param>
/// <param name="Path">As it was bound, perhaps relative to its owner's directory; "@name" is abstract; empty without a name.</param>
/// <param name="File">The file it is bound to, with 32 bits of its inode; null without one.</param>
internal readonly record struct UnixListener(long Inode, string Path, FileIdentity? File);
