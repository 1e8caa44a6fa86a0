using TestReaper.Platform;
using TestReaper.Servers.Output;

namespace TestReaper.Servers.Causes;

/// <summary>Reads what a server wrote, for the search of a cause: the whole log, or its beginning and its last lines.</summary>
internal static class OutputLines
{
    // The first error is near the beginning, even if thousands of others follow.
    private const int MaxCharacters = 8 * 1024 * 1024;

    // A worker, its launcher and the others that lose their connection write about as much when they end.
    private const int LinesOfDeath = 300;

    /// <summary>
    /// Reads the output of a start, or the last lines of a server that was ready: an error long before its end was not the reason.
    /// </summary>
    public static IReadOnlyList<OutputLine> Read(ServerOutput output, bool wasReady, IProcessPlatform platform)
    {
        var lines = Read(output, platform);
        return wasReady ? [.. lines.TakeLast(LinesOfDeath)] : lines;
    }

    private static List<OutputLine> Read(ServerOutput output, IProcessPlatform platform)
    {
        var tail = output.Tail;
        if (output.LogFile is not { } log || ReadLog(log, platform) is not { Lines: { } lines } read)
        {
            return [.. tail.Select((line, index) => Create(tail.Count < ServerOutput.MaxLines ? index + 1 : 0, line))];
        }

        if (!read.IsWhole)
        {
            lines.AddRange(tail.Select(line => Create(0, line)));
        }
        else if (tail.Count > 0 && (lines.Count == 0 || Create(lines.Count, tail[^1]) != lines[^1]))
        {
            // A line without an end is not in the log yet.
            lines.Add(Create(lines.Count + 1, tail[^1]));
        }

        return lines;
    }

    private static (List<OutputLine> Lines, bool IsWhole)? ReadLog(string path, IProcessPlatform platform)
    {
        try
        {
            using var reader = new StreamReader(platform.Files.OpenUnlocked(path), Encoding.UTF8);
            var lines = new List<OutputLine>();
            for (var left = MaxCharacters; left > 0;)
            {
                if (reader.ReadLine() is not { } line)
                {
                    return (lines, true);
                }

                left -= line.Length + 1;
                lines.Add(Create(lines.Count + 1, line));
            }

            return (lines, false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static OutputLine Create(int number, string text)
    {
        var cut = text.Length > ServerOutput.MaxLineLength ? text[..ServerOutput.MaxLineLength] : text;
        return new OutputLine(number, AnsiText.HasControls(cut) ? string.Join(' ', AnsiText.Segments(cut)) : cut);
    }
}
