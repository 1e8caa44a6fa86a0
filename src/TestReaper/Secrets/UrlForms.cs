namespace TestReaper.Secrets;

/// <summary>The forms in which functions for URLs write a secret. They differ in the characters that they keep, and in the case.</summary>
internal static class UrlForms
{
    // Python's quote(safe="") and quote(), encodeURIComponent and encodeURI of JavaScript.
    private static readonly string[] Kept = ["", "/", "!'()*", "!'()*;/?:@&=+$,#"];

    public static IEnumerable<string> Enumerate(string secret)
    {
        var all = Uri.EscapeDataString(secret);
        string[] urls =
        [
            .. Kept.Select(kept => Keep(all, kept)),
            all.Replace("%20", "+", StringComparison.Ordinal),
            WebUtility.UrlEncode(secret),
            Uri.EscapeDataString(all),
        ];
        return urls.Concat(urls.Select(LowerHex));
    }

    private static string Keep(string url, string kept) => kept.Aggregate(
        url, (text, character) => text.Replace($"%{(int)character:X2}", $"{character}", StringComparison.Ordinal));

    private static string LowerHex(string url)
    {
        var text = url.ToCharArray();
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '%')
            {
                (text[i + 1], text[i + 2]) = (char.ToLowerInvariant(text[i + 1]), char.ToLowerInvariant(text[i + 2]));
            }
        }

        return new string(text);
    }
}
