using System.Net;
using System.Net.Sockets;

namespace TestReaper.Platform;

/// <summary>Asks whether a server could bind a port on every address, of both families. .NET sets SO_REUSEADDR for it on Unix.</summary>
internal static class PortProbe
{
    public static bool IsFree(int port) => TryBind(port) is null;

    /// <summary>Null if it can be bound, else why not.</summary>
    public static SocketError? TryBind(int port) =>
        TryBind(AddressFamily.InterNetwork, IPAddress.Any, port)
        ?? (Socket.OSSupportsIPv6 ? TryBind(AddressFamily.InterNetworkV6, IPAddress.IPv6Any, port) : null);

    private static SocketError? TryBind(AddressFamily family, IPAddress address, int port)
    {
        using var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (family == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return null;
        }
        catch (SocketException error)
        {
            // A family that the kernel knows but has no address of is no conflict.
            return error.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported ? null : error.SocketErrorCode;
        }
    }
}
