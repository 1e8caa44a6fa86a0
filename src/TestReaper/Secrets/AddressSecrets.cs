using System.Buffers;

namespace TestReaper.Secrets;

/// <summary>
/// Finds the secret in <c>scheme://user:password@host</c> and <c>https://token@host</c>, also in an address that is encoded as a part of
/// a URL: <c>scheme%3A%2F%2Fuser%3Apassword%40host</c>.
/// </summary>
internal static class AddressSecrets
{
    private const int TokenLength = 16;

    // Limits the work for addresses that follow each other without a space.
    private const int LongestAddress = 4096;
    private static readonly SearchValues<char> RunEnds = SearchValues.Create(" \t\r\n\"'`<>");
    private static readonly Signs Plain = new("://", ":", "@", ["/", "?", "#"]);
    private static readonly Signs Encoded = new("%3A%2F%2F", "%3A", "%40", ["%2F", "%3F", "%23", "&"]);

    /// <summary>Adds the secrets of the address whose scheme ends at <paramref name="separator"/>.</summary>
    /// <returns>The index at which the search continues; null if there is no address.</returns>
    public static int? Find(string text, int separator, List<(int Start, int End)> found)
    {
        var signs = Plain.SeparateAt(text, separator) ? Plain : Encoded.SeparateAt(text, separator) ? Encoded : null;
        if (signs is null)
        {
            return null;
        }

        // Without its scheme, up to a space or a quote.
        var start = separator + signs.Separator.Length;
        var run = text.AsSpan(start, Math.Min(text.Length - start, LongestAddress));
        run = run.IndexOfAny(RunEnds) is >= 0 and var runEnd ? run[..runEnd] : run;
        var authority = run;
        foreach (var end in signs.AuthorityEnds)
        {
            authority = authority[..IndexOf(authority, end)];
        }

        var at = authority.LastIndexOf(signs.At);
        if (at < 0 && signs == Plain && HoldsPassword(text, separator, authority))
        {
            // A password with a slash: the last @ ends it.
            at = run.LastIndexOf('@');
        }

        if (at <= 0)
        {
            return start;
        }

        var user = IndexOf(run[..at], signs.Colon);
        if (IsToken(run[..user]) || (user == at && IsHttp(text, separator)))
        {
            found.Add((start, start + user));
        }

        var password = user + signs.Colon.Length;
        if (password < at && !run[password..at].SequenceEqual("***"))
        {
            found.Add((start + password, start + at));
        }

        return start + at;
    }

    private static bool IsHttp(string text, int separator)
    {
        var scheme = text.AsSpan(0, separator);
        return scheme.EndsWith("http", StringComparison.OrdinalIgnoreCase) || scheme.EndsWith("https", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsToken(ReadOnlySpan<char> user) => user.Length >= TokenLength && user.ContainsAnyInRange('0', '9');

    // "u:S3CRET/VALUE@h": what follows the colon is not a port. In an http address with a port, the @ belongs to the path.
    private static bool HoldsPassword(string text, int separator, ReadOnlySpan<char> authority)
    {
        var colon = authority.IndexOf(':');
        return colon >= 0 && authority[0] != '[' && authority.Length > colon + 1
            && (!SecretValue.IsNumber(authority[(colon + 1)..]) || !IsHttp(text, separator));
    }

    private static int IndexOf(ReadOnlySpan<char> text, string sought) =>
        text.IndexOf(sought, StringComparison.OrdinalIgnoreCase) is >= 0 and var index ? index : text.Length;

    private sealed record Signs(string Separator, string Colon, string At, string[] AuthorityEnds)
    {
        public bool SeparateAt(string text, int index) =>
            string.Compare(text, index, Separator, 0, Separator.Length, StringComparison.OrdinalIgnoreCase) == 0;
    }
}
