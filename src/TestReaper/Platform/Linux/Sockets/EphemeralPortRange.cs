namespace TestReaper.Platform.Linux.Sockets;

/// <summary>ip_local_port_range (ip(7)): ports in it may be given to any outgoing connection at any moment.</summary>
internal static class EphemeralPortRange
{
    private static readonly (int First, int Last) KernelDefault = (32768, 60999);

    internal static (int First, int Last) Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return KernelDefault;
        }
    }

    internal static (int First, int Last) Parse(string text)
    {
        var parts = text.Split((char[])['\t', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && int.TryParse(parts[0], out var first) && int.TryParse(parts[1], out var last) && first <= last
            ? (first, last)
            : KernelDefault;
    }
}
