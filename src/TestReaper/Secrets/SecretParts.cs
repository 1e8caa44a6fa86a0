namespace TestReaper.Secrets;

/// <summary>The parts of a value that are secrets: all of it, without a scheme, each line, each element of a list, and decoded.</summary>
internal static class SecretParts
{
    // Output is masked line by line. Short lines of a long secret are brackets and similar.
    private const int ShortestLine = 8;

    // An encoded URL contains a password that is encoded twice.
    private const int MostDecodings = 2;

    public static IEnumerable<string> Enumerate(string value) => Enumerate(value.Trim(), MostDecodings);

    private static IEnumerable<string> Enumerate(string text, int decodings)
    {
        var decoded = decodings > 0 && text.Contains('%') ? Uri.UnescapeDataString(text) : text;
        return
        [
            text,
            text[SecretValue.SchemeLength(text)..],
            .. Lines(text),
            .. SecretList.Elements(text),
            .. decoded == text ? [] : Enumerate(decoded, decodings - 1),
        ];
    }

    private static IEnumerable<string> Lines(string text)
    {
        // A variable of one line often has "\n" for the line ends of a key.
        var lines = SpacedValue.IsPem(text) ? text.Replace(@"\n", "\n", StringComparison.Ordinal) : text;
        return lines.Contains('\n') ? lines.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= ShortestLine) : [];
    }
}
