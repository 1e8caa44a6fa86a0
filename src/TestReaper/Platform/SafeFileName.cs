namespace TestReaper.Platform;

/// <summary>The first part of a file name, from any text.</summary>
internal static class SafeFileName
{
    // A name has 255 bytes at most (NAME_MAX), and further parts are appended.
    private const int MaxBytes = 150;

    /// <summary>Leaves out the characters that no file name can have, and cuts a long text.</summary>
    public static string Create(string text)
    {
        var (name, length) = (new StringBuilder(), 0);
        foreach (var rune in string.Concat(text.Split(Path.GetInvalidFileNameChars())).EnumerateRunes())
        {
            length += rune.Utf8SequenceLength;
            if (length > MaxBytes)
            {
                break;
            }

            name.Append(rune);
        }

        return name.ToString();
    }
}
