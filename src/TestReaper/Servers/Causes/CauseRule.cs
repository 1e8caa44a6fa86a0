using System.Text.RegularExpressions;

namespace TestReaper.Servers.Causes;

/// <summary>One pattern of <see cref="CauseRules"/>: a line that matches shows a failure of the kind.</summary>
internal sealed class CauseRule(FailureKind kind, string pattern, string summary, string hint)
{
    private const string Placeholder = "{what}";

    // The patterns have no nested repetitions, and lines are cut: the limit is for a mistake in a pattern.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(200);
    private readonly Regex _pattern = new(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeout);

    public FailureKind Kind => kind;

    public string Pattern => pattern;

    /// <summary>Null if the line does not match.</summary>
    public CauseMatch? Match(OutputLine line)
    {
        try
        {
            return _pattern.Match(line.Text) is { Success: true } match ? new CauseMatch(this, line, match) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>The summary with what the line is about, such as the name of a library.</summary>
    public string Summary(string what) =>
        what.Length > 0 ? summary.Replace(Placeholder, what, StringComparison.Ordinal)
        : summary.Replace($": {Placeholder}", "", StringComparison.Ordinal);

    /// <summary>What to try.</summary>
    public string Hint => hint;
}

/// <summary>A line of the output that a rule matched.</summary>
internal sealed record CauseMatch(CauseRule Rule, OutputLine Line, Match Groups)
{
    public FailureKind Kind => Rule.Kind;

    public string Summary => Rule.Summary(Groups.Groups["what"].Value.Trim());

    /// <summary>The port in the line; null if there is none.</summary>
    public int? Port =>
        int.TryParse(Groups.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : null;
}
