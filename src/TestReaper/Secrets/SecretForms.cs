using System.Text.Encodings.Web;

namespace TestReaper.Secrets;

/// <summary>The forms in which a program may write a secret: unchanged, escaped, in hexadecimal or in base64.</summary>
internal static class SecretForms
{
    private const int ShortestBase64 = 8;

    public static IEnumerable<string> Enumerate(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var hex = Convert.ToHexString(bytes);
        string[] base64 = [.. Base64(bytes)];

        // Each form is sought in each line of output, so a secret that no function escapes has no more forms than necessary.
        IEnumerable<string> escaped = SecretValue.HasTokenCharactersOnly(secret)
            ? []
            : [.. JsonForms(secret), .. UrlForms.Enumerate(secret), .. QuoteForms.Enumerate(secret)];
        var url = base64.Select(text => text.Replace('+', '-').Replace('/', '_'));
        return [secret, .. escaped, hex, hex.ToLowerInvariant(), .. base64, .. url];
    }

    // PHP escapes the slash. The body of a request that is logged as JSON is JSON within JSON.
    private static IEnumerable<string> JsonForms(string secret)
    {
        var (all, ascii) = (Json(secret, ascii: false, html: false), Json(secret, ascii: true, html: false));
        return
        [
            JavaScriptEncoder.Default.Encode(secret),
            all,
            ascii,
            Json(secret, ascii: false, html: true),
            all.Replace("/", @"\/", StringComparison.Ordinal),
            ascii.Replace("/", @"\/", StringComparison.Ordinal),
            Json(all, ascii: false, html: false),
            Json(ascii, ascii: true, html: false),
        ];
    }

    // As Python (ASCII only), Go (HTML characters escaped) and most other languages write it. The default of .NET is above.
    private static string Json(string secret, bool ascii, bool html) => string.Concat(secret.Select(character => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '<' or '>' or '&' when html => $"\\u{(int)character:x4}",
        < ' ' => $"\\u{(int)character:x4}",
        > '~' when ascii => $"\\u{(int)character:x4}",
        _ => $"{character}",
    }));

    // Within a longer text ("user:password") there are three alignments. The characters that depend on the neighbours are left out.
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        // The whole text, with and without the newline that echo(1) adds.
        if (bytes.Length >= ShortestBase64)
        {
            yield return Convert.ToBase64String(bytes);
            yield return Convert.ToBase64String([.. bytes, (byte)'\n']);
        }

        for (var shift = 0; shift < 3; shift++)
        {
            var text = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var (start, end) = (((shift * 8) + 5) / 6, (shift + bytes.Length) * 8 / 6);
            if (end - start >= ShortestBase64)
            {
                yield return text[start..end];
            }
        }
    }
}
