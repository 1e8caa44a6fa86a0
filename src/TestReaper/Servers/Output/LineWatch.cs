using System.Text.RegularExpressions;

namespace TestReaper.Servers.Output;

/// <summary>Waits for the first line that matches; set up before the server starts, so that no line is missed.</summary>
internal sealed class LineWatch(object owner, Regex pattern)
{
    private readonly TaskCompletionSource<Match> _match = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The probe that asked for it.</summary>
    public object Owner { get; } = owner;

    /// <summary>Completes with the match; never fails.</summary>
    public Task<Match> Match => _match.Task;

    /// <summary>Tries the text as a terminal shows it, then as it was written.</summary>
    /// <param name="text">As the server wrote it: a mask would change what the pattern is about.</param>
    /// <param name="mayGoOn">Whether more of this line may follow: digits at its end may be a part of a number.</param>
    public void Test(string text, bool mayGoOn)
    {
        if (Match.IsCompleted)
        {
            return;
        }

        if (AnsiText.HasControls(text) && AnsiText.Segments(text).Any(segment => Matches(segment, mayGoOn)))
        {
            return;
        }

        Matches(text, mayGoOn);
    }

    private bool Matches(string text, bool mayGoOn)
    {
        try
        {
            var match = pattern.Match(text);
            return match.Success && !(mayGoOn && EndsInNumber(match, text)) && _match.TrySetResult(match);
        }
        catch (RegexMatchTimeoutException)
        {
            // A line on which the pattern explodes is a line that does not match.
            return false;
        }
    }

    private static bool EndsInNumber(Match match, string text) =>
        match.Groups.Cast<Group>().Skip(1)
            .Any(group => group.Success && group.Index + group.Length == text.Length && group.Length > 0 && char.IsAsciiDigit(text[^1]));
}
