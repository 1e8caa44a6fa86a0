using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TestReaper.Platform.Linux;

/// <summary>/proc/net/tcp and tcp6: the TCP sockets of this network namespace (proc_pid_net(5)).</summary>
internal static class TcpTable
{
    private const string IPv4Table = "/proc/net/tcp", IPv6Table = "/proc/net/tcp6";
    private const string Listening = "0A";
    private const int LocalAddress = 1, State = 3, Inode = 9;

    /// <summary>The inodes of the sockets that get a connection to <paramref name="endpoint"/>; several with SO_REUSEPORT.</summary>
    internal static HashSet<long> ListeningInodes(IPEndPoint endpoint)
    {
        // To read a table makes the kernel walk a large hash (5 ms on a machine with much memory): the second only if needed.
        var listeners = new List<(IPAddress Address, long Inode)>();
        foreach (var table in Tables(skipIPv4: endpoint.AddressFamily == AddressFamily.InterNetworkV6))
        {
            listeners.AddRange(Parse(table).Where(listener => listener.EndPoint.Port == endpoint.Port).Select(listener => (listener.EndPoint.Address, listener.Inode)));
            if (Receivers(listeners, endpoint.Address) is { Count: > 0 } receivers)
            {
                return receivers;
            }
        }

        return [];
    }

    /// <summary>The inodes of the sockets with a local port that a process has open: inode 0 is an orphan of the kernel's.</summary>
    internal static HashSet<long> HeldInodes(int port, bool listenersOnly) => [.. Tables()
        .SelectMany(lines => Parse(lines, listenersOnly))
        .Where(socket => socket.EndPoint.Port == port && socket.Inode != 0)
        .Select(socket => socket.Inode)];

    /// <summary>The ports of those of the sockets that listen.</summary>
    internal static int[] ListeningPorts(IReadOnlySet<long> inodes) =>
        inodes.Count == 0 ? [] : [.. Listeners().Where(listener => inodes.Contains(listener.Inode)).Select(listener => listener.EndPoint.Port).Distinct().Order()];

    /// <summary>The kernel prefers a listener on the very address, then one on any address of the family, then a dual-stack one.</summary>
    internal static HashSet<long> Receivers(IReadOnlyCollection<(IPAddress Address, long Inode)> listeners, IPAddress target)
    {
        IPAddress[] preference = target.AddressFamily == AddressFamily.InterNetwork
            ? [target, IPAddress.Any, IPAddress.IPv6Any]
            : [target, IPAddress.IPv6Any];
        foreach (var address in preference)
        {
            var inodes = listeners.Where(listener => listener.Address.Equals(address)).Select(listener => listener.Inode).ToHashSet();
            if (inodes.Count > 0)
            {
                return inodes;
            }
        }

        return [];
    }

    internal static IEnumerable<(IPEndPoint EndPoint, long Inode)> Parse(IEnumerable<string> lines, bool listenersOnly = true)
    {
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length <= Inode || (listenersOnly && fields[State] != Listening) || !long.TryParse(fields[Inode], out var inode))
            {
                continue;
            }

            var local = fields[LocalAddress];
            var colon = local.IndexOf(':');
            if (colon > 0 && int.TryParse(local.AsSpan(colon + 1), NumberStyles.HexNumber, null, out var port))
            {
                yield return (new IPEndPoint(ParseAddress(local[..colon]), port), inode);
            }
        }
    }

    private static IEnumerable<(IPEndPoint EndPoint, long Inode)> Listeners() => Tables().SelectMany(lines => Parse(lines));

    // tcp6 is absent where IPv6 is compiled out.
    private static IEnumerable<IEnumerable<string>> Tables(bool skipIPv4 = false) =>
        (skipIPv4 ? (string[])[IPv6Table] : [IPv4Table, IPv6Table]).Where(File.Exists).Select(File.ReadLines);

    // Each 32-bit word is printed as a number of this machine's byte order.
    private static IPAddress ParseAddress(string hex)
    {
        var bytes = new List<byte>(16);
        for (var i = 0; i + 8 <= hex.Length; i += 8)
        {
            bytes.AddRange(BitConverter.GetBytes(uint.Parse(hex.AsSpan(i, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }

        var address = new IPAddress([.. bytes]);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
