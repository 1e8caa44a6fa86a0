namespace TestReaper.Servers.Ports;

/// <summary>The addresses of this machine that a host name or a literal address stands for; none for other machines.</summary>
internal static class LocalName
{
    private const string Localhost = "localhost";

    // A name server that does not answer must not delay a start.
    private static readonly TimeSpan DnsTimeout = TimeSpan.FromSeconds(5);

    /// <summary>All addresses that a client may use: for localhost those of both families.</summary>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var name = host.TrimEnd('.');
        return name.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("." + Localhost, StringComparison.OrdinalIgnoreCase)
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback] // RFC 6761.
            : await LookUpAsync(host, Dns.GetHostAddressesAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The addresses to which a client connects on this machine, whose hosts file may name one family for localhost.</summary>
    public static async Task<IReadOnlyList<IPAddress>> LookUpAsync(
        string host, Func<string, CancellationToken, Task<IPAddress[]>> resolver, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            return IsLocal(literal) ? [Normalize(literal)] : [];
        }

        try
        {
            var addresses = await resolver(host.TrimEnd('.'), cancellationToken).WaitAsync(DnsTimeout, cancellationToken)
                .ConfigureAwait(false);
            return [.. addresses.Where(IsLocal).Select(Normalize).Distinct()];
        }
        catch (Exception error) when (error is SocketException or ArgumentException or TimeoutException)
        {
            // A name that does not resolve cannot be connected to either; the probe says so.
            return [];
        }
    }

    /// <summary>Whether the address belongs to this machine: a socket can be bound to it.</summary>
    private static bool IsLocal(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return true;
        }

        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A connection to a wildcard goes to loopback.
    private static IPAddress Normalize(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address;
}
