using System.Text.RegularExpressions;

namespace TestReaper.Servers.Output;

/// <summary>Searches for the first line that matches. Begins before the server starts, so that no line is missed.</summary>
internal sealed class LineSearch(object probe, Regex pattern)
{
    private readonly TaskCompletionSource<Match> _match = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public object Probe { get; } = probe;

    /// <summary>Completes with the match; never fails.</summary>
    public Task<Match> Match => _match.Task;

    /// <summary>Matches the text as a terminal shows it, then as it was written.</summary>
    /// <param name="text">As the server wrote it: masking could remove what the pattern looks for.</param>
    /// <param name="isUnfinished">Whether more of this line may follow. A number at its end may then be incomplete.</param>
    public void Test(string text, bool isUnfinished)
    {
        if (!Match.IsCompleted
            && !(AnsiText.HasControls(text) && AnsiText.Segments(text).Any(segment => Matches(segment, isUnfinished))))
        {
            Matches(text, isUnfinished);
        }
    }

    private bool Matches(string text, bool isUnfinished)
    {
        try
        {
            var match = pattern.Match(text);
            return match.Success && !(isUnfinished && EndsInNumber(match, text)) && _match.TrySetResult(match);
        }
        catch (RegexMatchTimeoutException)
        {
            // A line on which the pattern takes too long counts as no match.
            return false;
        }
    }

    private static bool EndsInNumber(Match match, string text) =>
        match.Groups.Cast<Group>().Skip(1)
            .Any(group => group.Success && group.Index + group.Length == text.Length && group.Length > 0 && char.IsAsciiDigit(text[^1]));
}
