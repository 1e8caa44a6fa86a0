using TestReaper.Platform;
using TestReaper.Servers.Output;

namespace TestReaper.Servers.Causes;

/// <summary>Reads what a server wrote, for the search of a cause: the whole log, or its beginning and its last lines.</summary>
internal static class OutputLines
{
    // The first error is near the beginning, even if thousands of others follow.
    private const int MaxCharacters = 8 * 1024 * 1024;

    // How long before its end a server may have written the reason: a launcher gives its other workers time to stop.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(30);

    // The probe may have been answered, and the server have failed, before the start was over.
    private static readonly TimeSpan ReadyMargin = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads the output of a start.</summary>
    public static IReadOnlyList<OutputLine> ReadStart(ServerOutput output, IProcessPlatform platform) => Read(output, platform);

    /// <summary>
    /// Reads what a server wrote in the last seconds before its end, and after it was ready: it went on after the errors before that.
    /// </summary>
    /// <param name="output">The output of the server.</param>
    /// <param name="ready">When it became ready (<see cref="Stopwatch.GetTimestamp"/>).</param>
    /// <param name="exit">When its end was noticed.</param>
    public static IReadOnlyList<OutputLine> ReadEnd(ServerOutput output, long ready, long exit)
    {
        var since = Math.Max(ready - Ticks(ReadyMargin), exit - Ticks(LastWords));
        return [.. output.LinesSince(since).Select(line => Create(line.Number, line.Text))];
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

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
