using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TestReaper.Platform.Linux;

/// <summary>
/// sock_diag(7): asks the kernel for the TCP sockets that listen, and for no others. It answers from a hash of listeners, in
/// microseconds, where <see cref="TcpTable"/> takes milliseconds.
/// </summary>
internal static unsafe class SocketDiagnosis
{
    private const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, SocketDiagProtocol = 4;
    private const byte Tcp = 6, IPv4 = 2, IPv6 = 10;
    private const ushort ByFamily = 20, Request = 1, Dump = 0x300;
    private const ushort Done = 3;
    private const uint ListenState = 1 << 10;
    private const int HeaderSize = 16, RequestSize = HeaderSize + 56, AnswerSize = HeaderSize + 72, BufferSize = 32 * 1024;

    /// <returns>Null if the kernel has no such interface, or refuses it.</returns>
    internal static IReadOnlyList<TcpSocket>? TryListListeners(AddressFamily family, int port)
    {
        var fd = LibC.socket(Netlink, Raw | CloseOnExec, SocketDiagProtocol);
        if (fd < 0)
        {
            return null;
        }

        try
        {
            return TrySend(fd, family, port) ? TryReceive(fd, port) : null;
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <summary>struct nlmsghdr, then struct inet_diag_req_v2, whose socket id is left empty but for the port.</summary>
    private static bool TrySend(int fd, AddressFamily family, int port)
    {
        var request = stackalloc byte[RequestSize];
        var message = new Span<byte>(request, RequestSize);
        message.Clear();
        MemoryMarshal.Write(message, RequestSize);
        MemoryMarshal.Write(message[4..], ByFamily);
        MemoryMarshal.Write(message[6..], (ushort)(Request | Dump));
        var body = message[HeaderSize..];
        body[0] = family == AddressFamily.InterNetwork ? IPv4 : IPv6;
        body[1] = Tcp;
        MemoryMarshal.Write(body[4..], ListenState);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)port);
        return LibC.write(fd, request, RequestSize) == RequestSize;
    }

    private static List<TcpSocket>? TryReceive(int fd, int port)
    {
        var sockets = new List<TcpSocket>();
        var buffer = new byte[BufferSize];
        fixed (byte* start = buffer)
        {
            var isComplete = (bool?)false;
            while (isComplete == false)
            {
                var count = (int)LibC.read(fd, start, BufferSize);
                isComplete = count > 0 ? Parse(buffer.AsSpan(0, count), port, sockets) : null;
            }

            return isComplete is null ? null : sockets;
        }
    }

    /// <summary>Adds the sockets of one answer.</summary>
    /// <returns>Whether it was the last; null if it is an error, or makes no sense.</returns>
    internal static bool? Parse(ReadOnlySpan<byte> answer, int port, List<TcpSocket> sockets)
    {
        while (answer.Length >= HeaderSize)
        {
            var length = MemoryMarshal.Read<int>(answer);
            if (length < HeaderSize || length > answer.Length)
            {
                return null;
            }

            switch (MemoryMarshal.Read<ushort>(answer[4..]))
            {
                case Done:
                    return true;
                case ByFamily when length >= AnswerSize:
                    Add(answer[HeaderSize..length], port, sockets);
                    break;
                default:
                    return null;
            }

            answer = answer[Math.Min(answer.Length, (length + 3) & ~3)..];
        }

        return answer.IsEmpty ? false : null;
    }

    /// <summary>struct inet_diag_msg.</summary>
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
            MemoryMarshal.Read<uint>(message[68..])));
    }
}
