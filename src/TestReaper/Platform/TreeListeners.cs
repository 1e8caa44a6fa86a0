namespace TestReaper.Platform;

/// <summary>What the processes of a tree listen on.</summary>
/// <param name="Tcp">The TCP listeners.</param>
/// <param name="UnixPaths">The paths of unix sockets, as they were bound; an abstract name begins with '@'.</param>
internal sealed record TreeListeners(IReadOnlyList<ListeningEndPoint> Tcp, IReadOnlyList<string> UnixPaths)
{
    public static TreeListeners None { get; } = new([], []);
}

/// <summary>The address of a TCP listener. A wildcard covers all addresses of its family, and <c>::</c> IPv4 as well.</summary>
internal readonly record struct ListeningEndPoint(IPEndPoint EndPoint, bool IsIPv6Only)
{
    /// <summary>Whether a connection to the address can reach it.</summary>
    public bool Accepts(IPAddress address) => EndPoint.Address.Equals(address) || Bound.Any(
        bound => bound.AddressFamily == address.AddressFamily
            && (bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any)));

    /// <summary>The addresses that must be free before the same server can bind again.</summary>
    public IEnumerable<IPEndPoint> Bound => EndPoint.Address.Equals(IPAddress.IPv6Any) && !IsIPv6Only
        ? [EndPoint, new IPEndPoint(IPAddress.Any, EndPoint.Port)]
        : [EndPoint];
}
