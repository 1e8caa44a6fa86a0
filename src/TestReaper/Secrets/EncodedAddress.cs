namespace TestReaper.Secrets;

/// <summary>Finds the secret in an address that is encoded as a part of a URL: <c>scheme%3A%2F%2Fuser%3Apassword%40host</c>.</summary>
internal static class EncodedAddress
{
    private const string Separator = "%3A%2F%2F", Colon = "%3A", At = "%40";
    private static readonly string[] AuthorityEnds = ["%2F", "%3F", "%23", "&"];

    public static bool IsAt(string text, int index) =>
        string.Compare(text, index, Separator, 0, Separator.Length, StringComparison.OrdinalIgnoreCase) == 0;

    /// <param name="text">A text with "%3A%2F%2F" at <paramref name="separator"/>.</param>
    /// <param name="separator">The index of "%3A%2F%2F".</param>
    /// <param name="found">Receives the secrets.</param>
    /// <returns>The index at which the search continues.</returns>
    public static int Find(string text, int separator, List<(int Start, int End)> found)
    {
        var start = separator + Separator.Length;
        var authority = AddressSecrets.Run(text, start);
        foreach (var end in AuthorityEnds)
        {
            authority = authority[..IndexOf(authority, end, authority.Length)];
        }

        var at = authority.LastIndexOf(At);
        if (at <= 0)
        {
            return start;
        }

        var user = IndexOf(authority[..at], Colon, at);
        if (AddressSecrets.IsToken(authority[..user]) || (user == at && AddressSecrets.IsHttp(text, separator)))
        {
            found.Add((start, start + user));
        }

        var password = user + Colon.Length;
        if (password < at && !authority[password..at].SequenceEqual("***"))
        {
            found.Add((start + password, start + at));
        }

        return start + at;
    }

    private static int IndexOf(ReadOnlySpan<char> text, string sought, int otherwise) =>
        text.IndexOf(sought, StringComparison.OrdinalIgnoreCase) is >= 0 and var index ? index : otherwise;
}
