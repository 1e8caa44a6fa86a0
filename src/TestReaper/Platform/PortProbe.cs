namespace TestReaper.Platform;

/// <summary>Checks whether a server could bind a port.</summary>
internal static class PortProbe
{
    /// <summary>Whether it can be bound on every address, of both families, also by a server that does not set SO_REUSEADDR.</summary>
    public static bool IsFree(int port) => Array.TrueForAll(Everywhere(port), endpoint => TryBind(endpoint, reuse: false) is null);

    /// <summary>The wildcards of both families.</summary>
    public static IPEndPoint[] Everywhere(int port) => [new(IPAddress.Any, port), new(IPAddress.IPv6Any, port)];

    /// <param name="endpoint">An address of this machine, or a wildcard, which covers its own family only.</param>
    /// <param name="reuse">Whether to set SO_REUSEADDR: then connections in TIME_WAIT do not prevent the bind.</param>
    /// <returns>Null if it can be bound, else why not.</returns>
    public static SocketError? TryBind(IPEndPoint endpoint, bool reuse = true)
    {
        if (endpoint.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
        {
            return null;
        }

        // .NET sets SO_REUSEADDR before it binds a socket of the TCP protocol, and for no other protocol.
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, reuse ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            if (OperatingSystem.IsWindows())
            {
                // Otherwise a wildcard can be bound there while another socket listens on one address.
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(endpoint);
            socket.Listen(1);
            return null;
        }
        catch (SocketException error)
        {
            // A family without any address, and an address that the machine no longer has, are not conflicts.
            return error.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => null,

                // The holder has bound it exclusively, or it is the HTTP service of the system.
                SocketError.AccessDenied when OperatingSystem.IsWindows() => SocketError.AddressAlreadyInUse,
                var code => code,
            };
        }
    }
}
