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

    public void Look(string line)
    {
        if (Match.IsCompleted)
        {
            return;
        }

        try
        {
            var match = pattern.Match(line);
            if (match.Success)
            {
                _match.TrySetResult(match);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A line on which the pattern explodes is a line that does not match.
        }
    }
}
