using System.Text.RegularExpressions;

namespace TestReaper.Servers.Causes;

/// <summary>The lines of an output that may state an error, in their order.</summary>
/// <remarks>
/// Left out are the lines of the levels debug to warning, the lines after which the server went on, and the lines of a Python traceback
/// except its last one, the exception: the source lines of a traceback quote messages that nothing has raised. Servers with workers write
/// several tracebacks at the same time, each line with the name of its process in front, so each process has its own state.
/// </remarks>
internal static partial class Statements
{
    private const string TracebackHead = "Traceback (most recent call last)";

    public static IEnumerable<(OutputLine Line, LineHead Head)> Find(IEnumerable<OutputLine> lines, CauseRules rules)
    {
        var tracebacks = new HashSet<string>();
        foreach (var line in lines)
        {
            var head = LineHead.Parse(line.Text);
            if (head.Message.Contains(TracebackHead, StringComparison.Ordinal))
            {
                tracebacks.Add(head.Process);
                continue;
            }

            if (tracebacks.Contains(head.Process) && head.Message.Length > 0)
            {
                if (head.IsIndented)
                {
                    continue;
                }

                tracebacks.Remove(head.Process);
            }

            if ((head.Level is LineLevel.None or LineLevel.Error) && !rules.IsHarmless(line))
            {
                yield return (line, head);
            }
        }
    }

    /// <summary>Whether a line looks like an error, whatever it is about.</summary>
    public static bool IsError(LineHead head) =>
        head.Message.Trim().Length > 0 && (head.Level == LineLevel.Error || ErrorWords().IsMatch(head.Message));

    // A type of an exception at the beginning, or the words with which runtimes and shells report a failure.
    [GeneratedRegex(
        @"^[\w.]*(Error|Exception)(:|$| \()|^(?i:error|fatal|panic|abort(ed)?)\b|\b(error|fatal|panic): |panicked at|Unhandled exception"
        + @"|Segmentation fault|Assertion .*failed|core dumped|terminate called|^Caused by: "
        + @"|\b[Ff]ailed to \w|\b[Cc]ould not \w|\b[Cc]annot \w",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorWords();
}
