namespace TestReaper.Servers.Probes;

/// <summary>The headers of a probe as pairs in which a mask finds the secrets by their names.</summary>
internal static class HeaderSecrets
{
    private const string Basic = "Basic ";

    /// <summary>The headers, and what a server may write without the rest: each value of a cookie, the password of Basic.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Find(IReadOnlyDictionary<string, string> headers) =>
        headers.SelectMany(header => Parts(header).Select(part => KeyValuePair.Create(header.Key, part)).Prepend(header));

    private static IEnumerable<string> Parts(KeyValuePair<string, string> header)
    {
        var (name, value) = header;
        if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
        {
            return value.Split(';').Select(cookie => cookie[(cookie.IndexOf('=') + 1)..].Trim());
        }

        var buffer = new byte[value.Length];
        return name.EndsWith("Authorization", StringComparison.OrdinalIgnoreCase)
            && value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(value[Basic.Length..].Trim(), buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length) is var login
            ? [login, login[(login.IndexOf(':') + 1)..]]
            : [];
    }
}
