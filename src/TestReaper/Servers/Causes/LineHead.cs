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

    /// <summary>Whether it is an error by its level, or begins with the type of an exception or with the word error.</summary>
    public bool IsStatedError => Level == LineLevel.Error || ErrorStart().IsMatch(Message);

    public static LineHead Parse(string text)
    {
        if (text.StartsWith('{'))
        {
            return new LineHead("", LevelOf(JsonLevel().Match(text)), text);
        }

        var (process, level) = ("", LineLevel.None);
        for (var part = 0; part < MaxParts && Part().Match(text) is { Success: true, Length: > 0 } match; part++)
        {
            process += match.Groups["process"].Value;
            level = level == LineLevel.None ? LevelOf(match) : level;
            text = text[match.Length..];
        }

        return new LineHead(process, level, text);
    }

    /// <summary>Removes the margin of a line of an exception group, such as <c>"    | "</c>.</summary>
    /// <returns>Null if the line has no margin. A line between two exceptions has no message.</returns>
    public LineHead? WithoutMargin() => GroupMargin().Match(Message) is { Success: true } margin
        ? this with { Message = margin.Groups["divider"].Success ? "" : Message[margin.Length..] }
        : null;

    private static LineLevel LevelOf(Match match)
    {
        var word = match.Groups["level"].Value;
        return word.Length == 0 ? LineLevel.None : char.ToUpperInvariant(word[0]) switch
        {
            _ when word.EndsWith("Warning", StringComparison.Ordinal) => LineLevel.Warning,

            // Loguru has the level SUCCESS.
            _ when word.StartsWith("SUCC", StringComparison.OrdinalIgnoreCase) => LineLevel.Information,

            // Emergency and alert are levels of syslog, which nginx uses; severe is one of Java.
            'W' => LineLevel.Warning,

            // PostgreSQL writes what keeps it from starting at the level LOG.
            'L' => LineLevel.None,
            'E' or 'F' or 'C' or 'A' or 'P' or 'S' => LineLevel.Error,
            'D' or 'T' or 'V' => LineLevel.Debug,
            _ => LineLevel.Information,
        };
    }

    // In turn: a process, a rank or a label, glog (E0705 08:07:40.232 79385 main.cc:245]), the same in a bracket ([W705 18:01:33 ...]), a
    // bracket with or without a level, times, a level alone or as level=error, the left edge of a box that Rich draws, the name of a logger
    // before its level, the column of Loguru with the place in the source, and a place in the source.
    [GeneratedRegex(
        """
        ^(?:
          (?<process>\([^()]{0,60}\bpid=\d+\))\ ?
          |\[(?<process>\w*[Rr]ank\d+)\]:?\ ?
          |(?<level>[IWEFV])\d{4}\ \d\d:\d\d:\d\d[.\d]*\s+\d+\ [^\]\s]+\]\ ?
          |\[(?<level>[IWEFV])\d{3,4}\ \d\d:\d\d:\d\d[^\]]{0,100}\]:?\ ?
          |\[(?<level>[DIWEF]|(?i:trace|debug|info|notice|warn|warning|error|fatal|crit|critical|alert|emerg))\b[^\]]{0,60}\]:?\ ?
          |\[(?!Errno)[^\]]{1,60}\]:?\ ?
          |\d{4}[-/]\d\d[-/]\d\d[T\ ]\d\d:\d\d:\d\d[^\s\]]*(?:\ UTC)?\s{1,2}
          |\d\d-\d\d\ \d\d:\d\d:\d\d\ ?
          |\d\d:\d\d:\d\d[.,\d]*\ 
          |\d+\.\d\d\.\d{3}\.\d{3}\ (?<level>[DIWE])\ 
          |(?:(?:time|ts|t)=\S+\ )?(?:level|lvl)=(?<level>\w+)\ 
          |(?<level>TRACE|DEBUG|INFO|NOTICE|LOG|HINT|DETAIL|WARN(?:ING)?|ERROR|FATAL|CRITICAL|PANIC|SEVERE)(?::\s*|\ ?\|\ |\ -\ |\ )
          |(?<level>\w*Warning):\ 
          |-\ (?:[\w.\-/]{1,60}\ -\ )?(?=(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\ -\ )
          |\|\ (?<level>TRACE|DEBUG|INFO|SUCCESS|WARNING|ERROR|CRITICAL)\ *\|\ (?:[^\s|]{1,100}:\d+\ -\ )?
          |[\w.\-/]{1,80}\.py:\d+\ -\ 
          |\d+\#\d+:\ 
        )
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Part();

    // The level of a line that is a JSON object; "s" is that of MongoDB.
    [GeneratedRegex(
        """^\{.{0,300}?"(?:(?:level|levelname|severity|log\.level|lvl)"\ ?:\ ?"(?<level>\w+)"|s":"(?<level>[DIWEF])\d?")""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex JsonLevel();

    // A number and a bar, or the path of a file, inside a box.
    [GeneratedRegex(@"^│ *(?:❱|\d+ │|/)", RegexOptions.CultureInvariant)]
    private static partial Regex BoxedSource();

    // The bars to the left of an exception group, or a line between two of its exceptions: "+-+---------------- 1 ----------------".
    [GeneratedRegex(@"^ *(?:\| ?|(?<divider>\+-[-+]))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex GroupMargin();

    [GeneratedRegex(
        @"^\W{0,3}[\w.]*(Error|Exception)(:|$| \()|^(?i:error|fatal|panic)\b|\b(error|fatal|panic): ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorStart();
}
