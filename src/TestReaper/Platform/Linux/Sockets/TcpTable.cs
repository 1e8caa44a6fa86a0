namespace TestReaper.Platform.Linux.Sockets;

/// <summary>/proc/net/tcp and tcp6: all TCP sockets of this network namespace (proc_pid_net(5)).</summary>
/// <remarks>For each read the kernel walks a large hash table: 5 ms on a machine with much memory.</remarks>
internal static class TcpTable
{
    private const string Listening = "0A";
    private const int LocalAddress = 1, State = 3, Inode = 9;

    internal static IEnumerable<TcpSocket> Read(AddressFamily family, bool listenersOnly)
    {
        var file = family == AddressFamily.InterNetwork ? "/proc/net/tcp" : "/proc/net/tcp6";

        // tcp6 is absent on a kernel without IPv6.
        return File.Exists(file) ? Parse(File.ReadLines(file), listenersOnly) : [];
    }

    internal static IEnumerable<TcpSocket> Parse(IEnumerable<string> lines, bool listenersOnly)
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
                yield return new TcpSocket(new IPEndPoint(ParseAddress(local[..colon]), port), inode);
            }
        }
    }

    // Each 32-bit word is printed as a number of this machine's byte order.
    private static IPAddress ParseAddress(string hex)
    {
        var words = hex.Chunk(8).Select(static word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        var address = new IPAddress([.. words.SelectMany(BitConverter.GetBytes)]);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
