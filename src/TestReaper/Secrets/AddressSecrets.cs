using System.Buffers;

namespace TestReaper.Secrets;

/// <summary>Finds the secret in <c>scheme://user:password@host</c> and <c>https://token@host</c>.</summary>
internal static class AddressSecrets
{
    private const int TokenLength = 16;

    // Limits the work for addresses that follow each other without a space.
    private const int LongestAddress = 4096;
    private static readonly SearchValues<char> RunEnds = SearchValues.Create(" \t\r\n\"'`<>");
    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/?#");

    /// <param name="text">A text with "://" at <paramref name="separator"/>.</param>
    /// <param name="separator">The index of "://".</param>
    /// <param name="found">Receives the secrets.</param>
    /// <returns>The index at which the search continues.</returns>
    public static int Find(string text, int separator, List<(int Start, int End)> found)
    {
        var start = separator + 3;
        var run = Run(text, start);
        var authority = Until(run, AuthorityEnds);
        var at = authority.LastIndexOf('@');
        if (at < 0 && HoldsPassword(text, separator, authority))
        {
            // A password with a slash: the last @ ends it.
            at = run.LastIndexOf('@');
        }

        if (at <= 0)
        {
            return start;
        }

        var colon = run[..at].IndexOf(':');
        var user = colon < 0 ? run[..at] : run[..colon];
        if (IsToken(user) || (colon < 0 && IsHttp(text, separator)))
        {
            found.Add((start, start + user.Length));
        }

        if (colon >= 0 && at > colon + 1 && !run[(colon + 1)..at].SequenceEqual("***"))
        {
            found.Add((start + colon + 1, start + at));
        }

        return start + at;
    }

    /// <summary>The address without its scheme, up to a space or a quote.</summary>
    public static ReadOnlySpan<char> Run(string text, int start) =>
        Until(text.AsSpan(start, Math.Min(text.Length - start, LongestAddress)), RunEnds);

    public static bool IsHttp(string text, int separator)
    {
        var scheme = text.AsSpan(0, separator);
        return scheme.EndsWith("http", StringComparison.OrdinalIgnoreCase) || scheme.EndsWith("https", StringComparison.OrdinalIgnoreCase);
    }

    public static bool IsToken(ReadOnlySpan<char> user) => user.Length >= TokenLength && user.ContainsAnyInRange('0', '9');

    // "u:S3CRET/VALUE@h": what follows the colon is not a port. In an http address with a port, the @ belongs to the path.
    private static bool HoldsPassword(string text, int separator, ReadOnlySpan<char> authority)
    {
        var colon = authority.IndexOf(':');
        return colon >= 0 && authority[0] != '[' && authority.Length > colon + 1
            && (!SecretValue.IsNumber(authority[(colon + 1)..]) || !IsHttp(text, separator));
    }

    private static ReadOnlySpan<char> Until(ReadOnlySpan<char> text, SearchValues<char> ends) =>
        text.IndexOfAny(ends) is >= 0 and var end ? text[..end] : text;
}
