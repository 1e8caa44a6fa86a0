using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>sock_diag(7): sends one dump request by netlink and calls back with each answer.</summary>
internal static class SocketQuery
{
    internal const int HeaderSize = 16;
    private const int Netlink = 16, Raw = 3, SocketDiagProtocol = 4, BufferSize = 32 * 1024;
    private const ushort ByFamily = 20, Request = 1, Dump = 0x300, Done = 3;

    /// <summary>Receives the body of one answer.</summary>
    internal delegate void Visitor(ReadOnlySpan<byte> body);

    /// <param name="body">The request after struct nlmsghdr.</param>
    /// <param name="smallest">The size of the fixed part of an answer's body.</param>
    /// <param name="visit">Receives the body of each answer.</param>
    /// <returns>False if the kernel does not have this interface, refuses it, or gives a malformed answer.</returns>
    internal static bool TryRun(ReadOnlySpan<byte> body, int smallest, Visitor visit)
    {
        using var socket = new Descriptor(LibC.socket(Netlink, Raw | OpenFlags.CloseOnExec, SocketDiagProtocol));
        return socket.IsOpen && TrySend(socket.Number, body) && TryReceive(socket.Number, smallest, visit);
    }

    /// <summary>Visits the messages of one answer.</summary>
    /// <returns>Whether it was the last; null if it is an error or malformed.</returns>
    internal static bool? Parse(ReadOnlySpan<byte> answer, int smallest, Visitor visit)
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
                case ByFamily when length >= HeaderSize + smallest:
                    visit(answer[HeaderSize..length]);
                    break;
                default:
                    return null;
            }

            answer = answer[Math.Min(answer.Length, (length + 3) & ~3)..];
        }

        return answer.IsEmpty ? false : null;
    }

    /// <summary>Finds an attribute (struct rtattr) after the fixed part of a body; empty if it is absent.</summary>
    internal static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, ushort type)
    {
        while (attributes.Length >= 4)
        {
            var length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                break;
            }

            if (MemoryMarshal.Read<ushort>(attributes[2..]) == type)
            {
                return attributes[4..length];
            }

            attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        }

        return [];
    }

    private static bool TrySend(int fd, ReadOnlySpan<byte> body)
    {
        var message = new byte[HeaderSize + body.Length];
        MemoryMarshal.Write(message, message.Length);
        MemoryMarshal.Write(message.AsSpan(4), ByFamily);
        MemoryMarshal.Write(message.AsSpan(6), (ushort)(Request | Dump));
        body.CopyTo(message.AsSpan(HeaderSize));
        return LibC.write(fd, message, (nuint)message.Length) == message.Length;
    }

    private static bool TryReceive(int fd, int smallest, Visitor visit)
    {
        var buffer = new byte[BufferSize];
        var isComplete = (bool?)false;
        while (isComplete == false)
        {
            var count = Descriptor.Read(fd, buffer);
            isComplete = count > 0 ? Parse(buffer.AsSpan(0, count), smallest, visit) : null;
        }

        return isComplete is true;
    }
}
