using System.Text.Encodings.Web;

namespace TestReaper.Secrets;

/// <summary>The forms in which a program may write a secret: unchanged, escaped for JSON, a URL or HTML, or in base64.</summary>
internal static class SecretForms
{
    // Output is masked line by line. Short lines of a long secret are brackets and similar.
    private const int ShortestLine = 8, ShortestBase64 = 8;

    /// <summary>The parts of a value that are secrets: all of it, without a scheme, and each line.</summary>
    public static IEnumerable<string> Parts(string value)
    {
        var text = value.Trim();
        yield return text;
        if (SecretValue.SchemeLength(text) is > 0 and var scheme)
        {
            yield return text[scheme..];
        }

        if (text.Contains('\n'))
        {
            foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= ShortestLine))
            {
                yield return line;
            }
        }
    }

    public static IEnumerable<string> Enumerate(string secret)
    {
        yield return secret;
        yield return JavaScriptEncoder.Default.Encode(secret);
        yield return Json(secret, ascii: false, html: false);
        yield return Json(secret, ascii: true, html: false);
        yield return Json(secret, ascii: false, html: true);
        yield return WebUtility.HtmlEncode(secret);
        foreach (var url in (string[])[Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret)])
        {
            yield return url;
            yield return LowerHex(url);
        }

        foreach (var encoded in Base64(Encoding.UTF8.GetBytes(secret)))
        {
            yield return encoded;
            yield return encoded.Replace('+', '-').Replace('/', '_');
        }
    }

    // As Python (ASCII only), Go (HTML characters escaped) and most other languages write it. The default of .NET is above.
    private static string Json(string secret, bool ascii, bool html)
    {
        var text = new StringBuilder();
        foreach (var character in secret)
        {
            text.Append(character switch
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
            });
        }

        return text.ToString();
    }

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
