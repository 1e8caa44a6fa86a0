namespace TestReaper.Secrets;

/// <summary>Values that contain spaces without quotes around them: keys in PEM form, and JSON lists after an option.</summary>
internal static class SpacedValue
{
    private const string Opening = "-----BEGIN ", Closing = "-----END ", Dashes = "-----";

    public static bool IsPem(ReadOnlySpan<char> text) => text.StartsWith(Opening);

    /// <returns>The index after such a value; the end of the text if its end is missing; the start if there is none.</returns>
    public static int End(string text, int start, bool isOption)
    {
        var value = text.AsSpan(start);
        return IsPem(value) ? After(text, Dashes, After(text, Closing, start))
            : isOption && value is ['[', '"' or '\'', ..] ? After(text, "]", start)
            : start;
    }

    private static int After(string text, string sought, int start) =>
        text.IndexOf(sought, start, StringComparison.Ordinal) is >= 0 and var index ? index + sought.Length : text.Length;
}
