using System.Text.Encodings.Web;

namespace TestReaper.Secrets;

/// <summary>The forms in which HTML, Python and shells write a secret. They differ in how they escape the quotes.</summary>
internal static class QuoteForms
{
    // XML text, Python, .NET, markupsafe, Go, XML attributes, PHP, Java.
    private static readonly (string Quote, string Apostrophe, string Plus)[] Html =
    [
        ("\"", "'", "+"), ("&quot;", "&#x27;", "+"), ("&quot;", "&#39;", "+"), ("&#34;", "&#39;", "+"), ("&#34;", "&#39;", "&#43;"),
        ("&quot;", "&apos;", "+"), ("&quot;", "&#039;", "+"), ("&quot;", "'", "+"),
    ];

    // POSIX shells, Python's shlex.quote, PowerShell and SQL.
    private static readonly string[] Apostrophes = [@"'\''", "'\"'\"'", "''"];

    public static IEnumerable<string> Enumerate(string secret)
    {
        var html = Replace(Replace(Replace(secret, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(secret));
        return
        [
            WebUtility.HtmlEncode(secret),
            HtmlEncoder.Default.Encode(secret),
            .. Html.Select(form => Replace(Replace(Replace(html, "\"", form.Quote), "'", form.Apostrophe), "+", form.Plus)),
            .. Apostrophes.Select(form => Replace(secret, "'", form)),
            Repr(secret, apostrophe: "'", ascii: false),
            Repr(secret, apostrophe: @"\'", ascii: false),
            Repr(bytes, apostrophe: "'", ascii: true),
            Repr(bytes, apostrophe: @"\'", ascii: true),
        ];
    }

    // Python escapes the apostrophe only if the text contains both kinds of quotes.
    private static string Repr(string text, string apostrophe, bool ascii) => string.Concat(text.Select(character => character switch
    {
        '\\' => @"\\",
        '\'' => apostrophe,
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        < ' ' => $"\\x{(int)character:x2}",
        > '~' when ascii => $"\\x{(int)character:x2}",
        _ => $"{character}",
    }));

    private static string Replace(string text, string character, string form) => text.Replace(character, form, StringComparison.Ordinal);
}
