using System.Buffers.Binary;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>
/// Reads the TCP sockets that listen from the kernel's hash of listeners (sock_diag(7)): this takes microseconds, where
/// <see cref="TcpTable"/> takes milliseconds.
/// </summary>
internal static class SocketDiagnosis
{
    private const byte Tcp = 6, IPv4 = 2, IPv6 = 10;
    private const ushort IPv6Only = 11;
    private const uint ListenState = 1 << 10;
    private const int RequestSize = 56, AnswerSize = 72;

    /// <returns>Null if the kernel does not have this interface, or refuses it.</returns>
    internal static IReadOnlyList<TcpSocket>? TryListListeners(AddressFamily family, int port)
    {
        // struct inet_diag_req_v2, whose socket id is left empty but for the port.
        Span<byte> body = stackalloc byte[RequestSize];
        body.Clear();
        body[0] = family == AddressFamily.InterNetwork ? IPv4 : IPv6;
        body[1] = Tcp;
        MemoryMarshal.Write(body[4..], ListenState);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)port);
        var sockets = new List<TcpSocket>();
        return SocketQuery.TryRun(body, AnswerSize, answer => Add(answer, port, sockets)) ? sockets : null;
    }

    /// <summary>struct inet_diag_msg, then its attributes.</summary>
    private static void Add(ReadOnlySpan<byte> message, int port, List<TcpSocket> sockets)
    {
        var local = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if (port != 0 && local != port)
        {
            return;
        }

        var address = new IPAddress(message.Slice(8, message[0] == IPv4 ? 4 : 16));
        sockets.Add(new TcpSocket(
            new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, local),
            MemoryMarshal.Read<uint>(message[68..]))
        {
            IsIPv6Only = SocketQuery.Attribute(message[AnswerSize..], IPv6Only) is [not 0, ..],
        });
    }
}
