using System.Text.RegularExpressions;

namespace TestReaper.Servers.Output;

/// <summary>Waits for the first line that matches; set up before the server starts, so that no line is missed.</summary>
internal sealed class LineWatch(object owner, Regex pattern)
{
    private volatile Match? _match;

    /// <summary>The probe that asked for it.</summary>
    public object Owner { get; } = owner;

    public Match? Match => _match;

    public void Look(string line)
    {
        if (_match is not null)
        {
            return;
        }

        try
        {
            var match = pattern.Match(line);
            if (match.Success)
            {
                _match = match;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A line on which the pattern explodes is a line that does not match.
        }
    }
}
