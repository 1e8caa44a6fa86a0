using System.Text.RegularExpressions;

namespace TestReaper.Servers.Exits;

/// <summary>Finds addresses in the messages of refused connections, such as "Connection refused (127.0.0.1:5001)".</summary>
internal static partial class AddressText
{
    /// <summary>The ports of the addresses in a text. A pure function.</summary>
    public static IReadOnlySet<int> FindPorts(string text) => Address().Matches(text)
        .Select(match => int.Parse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
        .Where(port => port is > 0 and <= IPEndPoint.MaxPort)
        .ToHashSet();

    // An IPv4 address, an IPv6 address in brackets or a name before the port: times and line numbers have no such prefix.
    [GeneratedRegex(@"(\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.%]+\]|localhost|[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}):(?<port>\d{1,5})\b")]
    private static partial Regex Address();
}
