using System.Text.RegularExpressions;

namespace TestReaper.Secrets;

/// <summary>The forms in which functions for URLs write a secret. They differ in the characters that they keep, and in the case.</summary>
internal static partial class UrlForms
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
        return urls.Concat(urls.Select(url => Escape().Replace(url, static escape => escape.Value.ToLowerInvariant())));
    }

    private static string Keep(string url, string kept) => kept.Aggregate(
        url, (text, character) => text.Replace($"%{(int)character:X2}", $"{character}", StringComparison.Ordinal));

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
