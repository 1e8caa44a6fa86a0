namespace TestReaper.Servers.Causes;

/// <summary>A line that a server wrote, with its secrets masked.</summary>
/// <param name="Number">Its number in the log, from 1; 0 for one near the end of a log that is too long to be read as a whole.</param>
/// <param name="Text">The text as a terminal shows it.</param>
internal readonly record struct OutputLine(int Number, string Text)
{
    private const int MaxQuoted = 400;

    /// <summary>The line with its place, for messages.</summary>
    public string Quote()
    {
        var text = Text.Trim();
        text = text.Length > MaxQuoted ? text[..MaxQuoted] + "..." : text;
        return Number > 0 ? $"Line {Number} of the output: {text}" : $"A line near the end of the output: {text}";
    }
}
