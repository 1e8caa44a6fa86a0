using System.Text.RegularExpressions;

namespace TestReaper.Servers.Causes;

/// <summary>Splits a line into what a logger put in front of it and the message, and finds the level.</summary>
/// <param name="Process">The process that is named in front, such as <c>(EngineCore pid=104)</c>; empty if none is.</param>
/// <param name="Level">The level; <see cref="LineLevel.None"/> if there is none.</param>
/// <param name="Message">The message with its indentation.</param>
internal readonly partial record struct LineHead(string Process, LineLevel Level, string Message)
{
    private const int MaxParts = 8;

    /// <summary>Whether the message is a continuation: the source line of a traceback, or one of several lines below a message.</summary>
    public bool IsIndented =>
        Message.StartsWith("  ", StringComparison.Ordinal) || Message.StartsWith('\t') || BoxedSource().IsMatch(Message);

    public static LineHead Parse(string text)
    {
        var (process, level) = ("", LineLevel.None);
        for (var part = 0; part < MaxParts && Part().Match(text) is { Success: true, Length: > 0 } match; part++)
        {
            process += match.Groups["process"].Value;
            level = level == LineLevel.None ? LevelOf(match) : level;
            text = text[match.Length..];
        }

        return new LineHead(process, level, text);
    }

    private static LineLevel LevelOf(Match match)
    {
        var word = match.Groups["level"].Value;
        return word.Length == 0 ? LineLevel.None : char.ToUpperInvariant(word[0]) switch
        {
            _ when word.EndsWith("Warning", StringComparison.Ordinal) => LineLevel.Warning,

            // Emergency and alert are levels of syslog, which nginx uses; severe is one of Java.
            'W' => LineLevel.Warning,

            // PostgreSQL writes what keeps it from starting at the level LOG.
            'L' => LineLevel.None,
            'E' or 'F' or 'C' or 'A' or 'P' or 'S' => LineLevel.Error,
            _ => LineLevel.Information,
        };
    }

    // In turn: a process, a rank or a label, glog (E0705 08:07:40.232 79385 main.cc:245]), a bracket with or without a level, times,
    // a level alone or as level=error, and the left edge of a box that Rich draws.
    [GeneratedRegex(
        """
        ^(?:
          (?<process>\([^()]{0,60}\bpid=\d+\))\ ?
          |\[(?<process>\w*[Rr]ank\d+)\]:?\ ?
          |(?<level>[IWEF])\d{4}\ \d\d:\d\d:\d\d[.\d]*\s+\d+\ [^\]\s]+\]\ ?
          |\[(?<level>[DIWEF]|(?i:trace|debug|info|notice|warn|warning|error|fatal|crit|critical|alert|emerg))\b[^\]]{0,60}\]:?\ ?
          |\[(?!Errno)[^\]]{1,60}\]:?\ ?
          |\d{4}[-/]\d\d[-/]\d\d[T\ ]\d\d:\d\d:\d\d[^\s\]]*(?:\ UTC)?\s{1,2}
          |\d\d-\d\d\ \d\d:\d\d:\d\d\ ?
          |\d\d:\d\d:\d\d[.,\d]*\ 
          |\d+\.\d\d\.\d{3}\.\d{3}\ (?<level>[DIWE])\ 
          |time=\S+\ level=(?<level>\w+)\ 
          |(?<level>TRACE|DEBUG|INFO|NOTICE|LOG|HINT|DETAIL|WARN(?:ING)?|ERROR|FATAL|CRITICAL|PANIC|SEVERE)(?::\s*|\ ?\|\ |\ -\ |\ )
          |(?<level>\w*Warning):\ 
          |-\ (?=(?:INFO|WARNING|ERROR|DEBUG)\ -\ )
          |\d+\#\d+:\ 
        )
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Part();

    // A number and a bar, or the path of a file, inside a box.
    [GeneratedRegex(@"^│ *(?:❱|\d+ │|/)", RegexOptions.CultureInvariant)]
    private static partial Regex BoxedSource();
}

internal enum LineLevel
{
    None,
    Information,
    Warning,
    Error,
}
