namespace TestReaper.Platform.Linux.Sockets;

/// <summary>A TCP socket of this network namespace: its local address, and the inode by which processes hold it; 0 if none does.</summary>
internal readonly record struct TcpSocket(IPEndPoint Local, long Inode)
{
    /// <summary>Whether a socket on the IPv6 wildcard refuses IPv4; false if the kernel does not say.</summary>
    public bool IsIPv6Only { get; init; }
}

/// <summary>Finds TCP sockets of this network namespace by what they are bound to.</summary>
internal static class TcpSockets
{
    private const int AnyPort = 0;

    /// <summary>The sockets that receive connections to <paramref name="endpoint"/>; several with SO_REUSEPORT.</summary>
    internal static HashSet<long> ListeningAt(IPEndPoint endpoint)
    {
        // The second family only if needed: it may need a read of the whole table.
        var listeners = new List<TcpSocket>();
        foreach (var family in Families.Where(family => family == AddressFamily.InterNetworkV6 || endpoint.AddressFamily == family))
        {
            listeners.AddRange(Listeners(family, endpoint.Port));
            if (Receivers(listeners, endpoint.Address) is { Count: > 0 } receivers)
            {
                return receivers;
            }
        }

        return [];
    }

    /// <summary>The sockets that a process has open and that prevent a bind of the endpoint.</summary>
    internal static HashSet<long> HoldersOf(IPEndPoint endpoint, bool listenersOnly) => [.. Families
        .SelectMany(family => listenersOnly ? Listeners(family, endpoint.Port)
            : TcpTable.Read(family, listenersOnly: false).Where(socket => socket.Local.Port == endpoint.Port))
        .Where(socket => socket.Inode != 0 && Overlaps(socket, endpoint.Address))
        .Select(socket => socket.Inode)];

    /// <summary>Whether a socket occupies its port at an address. A wildcard occupies it at all addresses of its family.</summary>
    internal static bool Overlaps(TcpSocket socket, IPAddress address)
    {
        var local = socket.Local.Address;
        return local.Equals(address)
            || (local.AddressFamily == address.AddressFamily && (IsWildcard(local) || IsWildcard(address)))
            || (local.Equals(IPAddress.IPv6Any) && !socket.IsIPv6Only && address.AddressFamily == AddressFamily.InterNetwork);
    }

    /// <summary>Those of the sockets that listen.</summary>
    internal static IReadOnlyList<TcpSocket> ListenersOf(IReadOnlySet<long> inodes) => inodes.Count == 0
        ? []
        : [.. Families.SelectMany(family => Listeners(family, AnyPort)).Where(listener => inodes.Contains(listener.Inode))];

    /// <summary>The ports of those of the sockets that listen.</summary>
    internal static int[] PortsOf(IReadOnlySet<long> inodes) =>
        [.. ListenersOf(inodes).Select(listener => listener.Local.Port).Distinct().Order()];

    /// <summary>The kernel prefers a listener on the exact address, then on the wildcard of the family, then a dual-stack one.</summary>
    internal static HashSet<long> Receivers(IReadOnlyCollection<TcpSocket> listeners, IPAddress target)
    {
        IPAddress[] preference = target.AddressFamily == AddressFamily.InterNetwork
            ? [target, IPAddress.Any, IPAddress.IPv6Any]
            : [target, IPAddress.IPv6Any];
        foreach (var address in preference)
        {
            var inodes = listeners.Where(listener => listener.Local.Address.Equals(address) && Accepts(listener, target))
                .Select(listener => listener.Inode).ToHashSet();
            if (inodes.Count > 0)
            {
                return inodes;
            }
        }

        return [];
    }

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool Accepts(TcpSocket listener, IPAddress target) =>
        !listener.IsIPv6Only || target.AddressFamily == AddressFamily.InterNetworkV6;

    private static AddressFamily[] Families { get; } = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    private static IEnumerable<TcpSocket> Listeners(AddressFamily family, int port) =>
        SocketDiagnosis.TryListListeners(family, port)
        ?? TcpTable.Read(family, listenersOnly: true).Where(socket => port == AnyPort || socket.Local.Port == port);
}
