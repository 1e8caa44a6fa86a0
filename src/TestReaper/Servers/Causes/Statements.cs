using System.Text.RegularExpressions;

namespace TestReaper.Servers.Causes;

// Constraint: most lines of a log do not state an error. The source lines of a Python traceback quote messages that nothing has raised. A
// logger appends a traceback to a warning (exc_info) without a level on its lines, and the same lines follow a warning by chance if an
// exception ends the program. Servers with workers write several tracebacks at the same time, each line with the name of its process in
// front. The lines may be the end of a longer log, which begins inside a traceback.
//
// Scheme: each process that is named in front has its own state, and lines without a name are one more process.
// - Of a traceback, only the line that is not indented counts, the exception. In an exception group the margin is removed first.
// - An exception after a harmless line, or after one of the level warning or debug, is in doubt. It is dropped if its process writes a line
//   of the level information later, because then the process went on. Otherwise it comes after all other statements.
// - Where lines are missing before a line, the indented lines at the beginning of each process are skipped.
//
// Invariant: a line of the levels debug to warning, a harmless line and the source line of a traceback are never statements.
// https://docs.python.org/3/library/traceback.html, https://peps.python.org/pep-0654/

/// <summary>The lines of an output that may state an error, in their order, and then the doubtful ones.</summary>
internal sealed partial class Statements(CauseRules rules)
{
    private const string TracebackHead = "Traceback (most recent call last)", GroupHead = "Exception Group Traceback";
    private readonly Dictionary<string, State> _states = [];
    private bool _isCut;

    /// <param name="lines">The lines of an output.</param>
    /// <param name="rules">Know which lines are harmless.</param>
    /// <param name="mayGoOn">Asked before each line; the remaining ones are not read once it returns false.</param>
    public static IEnumerable<(OutputLine Line, LineHead Head)> Find(
        IEnumerable<OutputLine> lines, CauseRules rules, Func<bool> mayGoOn)
    {
        var statements = new Statements(rules);
        var before = -1;
        foreach (var line in lines.TakeWhile(_ => mayGoOn()))
        {
            // The first line of an output has the number 1. The last lines of a long one have 0.
            if (line.Number != Math.Max(before, 0) + 1 && (line.Number, before) != (0, 0))
            {
                statements.BeginCut();
            }

            before = line.Number;
            if (statements.Read(line) is { } head)
            {
                yield return (line, head);
            }
        }

        foreach (var doubtful in statements._states.Values.SelectMany(state => state.Doubtful).OrderBy(doubtful => doubtful.Line.Number))
        {
            yield return doubtful;
        }
    }

    /// <summary>Whether a line looks like an error, whatever it is about.</summary>
    public static bool IsError(LineHead head) =>
        head.Message.Trim().Length > 0 && (head.Level == LineLevel.Error || ErrorWords().IsMatch(head.Message));

    private void BeginCut()
    {
        _isCut = true;
        _states.Clear();
    }

    /// <returns>The parts of a statement; null if the line is none, or a doubtful one.</returns>
    private LineHead? Read(OutputLine line)
    {
        var head = LineHead.Parse(line.Text);
        if (!_states.TryGetValue(head.Process, out var state))
        {
            if (_isCut && (head.IsIndented || head.Message.Length == 0))
            {
                return null;
            }

            _states[head.Process] = state = new State();
        }

        if (head.Message.Contains(TracebackHead, StringComparison.Ordinal))
        {
            state.BeginTraceback(head);
            return null;
        }

        if (state.IsInGroup)
        {
            var inner = head.WithoutMargin();
            (head, state.IsInGroup) = (inner ?? head, inner is not null);
        }

        if (head.Message.Length == 0 || (state.IsInTraceback && head.IsIndented))
        {
            return null;
        }

        var isException = state.IsInTraceback;
        var trust = isException ? state.TracebackTrust : Trust.Full;
        state.IsInTraceback = false;
        var isStatement = (head.Level is LineLevel.None or LineLevel.Error) && !IsHarmless(line, head);
        if (!isException)
        {
            state.AddRecord(head, isStatement);
        }

        if (isStatement && trust == Trust.Doubtful)
        {
            state.Doubtful.Add((line, head));
        }

        return isStatement && trust == Trust.Full ? head : null;
    }

    private bool IsHarmless(OutputLine line, LineHead head) =>
        rules.IsHarmless(line) || (!head.IsStatedError && rules.SaysRecovered(line));

    // A type of an exception at the beginning, or the words with which runtimes and shells report a failure.
    [GeneratedRegex(
        @"^[\w.]*(Error|Exception)(:|$| \()|^(?i:error|fatal|panic|abort(ed)?)\b|\b(error|fatal|panic): |panicked at|Unhandled exception"
        + @"|Segmentation fault|Assertion .*failed|core dumped|terminate called|^Caused by: "
        + @"|\b[Ff]ailed to \w|\b[Cc]ould not \w|\b[Cc]annot \w",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorWords();

    /// <summary>Whether an exception counts.</summary>
    private enum Trust
    {
        Full,
        Doubtful,
        None,
    }

    /// <summary>What is known of one process.</summary>
    private sealed class State
    {
        private const string Chain = "the above exception";
        private Trust _recordTrust;

        public List<(OutputLine Line, LineHead Head)> Doubtful { get; } = [];

        public bool IsInTraceback { get; set; }

        public bool IsInGroup { get; set; }

        public Trust TracebackTrust { get; private set; }

        /// <param name="head">The line with the head of the traceback, which may follow a message of its own.</param>
        public void BeginTraceback(LineHead head)
        {
            IsInTraceback = true;
            IsInGroup |= head.Message.Contains(GroupHead, StringComparison.Ordinal);
            var text = head.Message.TrimStart(' ', '|', '+');
            var isAlone = text.StartsWith(TracebackHead, StringComparison.Ordinal) || text.StartsWith(GroupHead, StringComparison.Ordinal);
            TracebackTrust = head.Level switch
            {
                LineLevel.None => isAlone ? _recordTrust : Trust.Full,
                LineLevel.Error => Trust.Full,
                _ => Trust.None,
            };
        }

        /// <summary>Adds a line that belongs to no traceback. A chained exception has the record of the first one.</summary>
        public void AddRecord(LineHead head, bool isStatement)
        {
            if (head.Level == LineLevel.Information)
            {
                Doubtful.Clear();
            }

            if (!head.IsIndented && !head.Message.Contains(Chain, StringComparison.OrdinalIgnoreCase))
            {
                _recordTrust = isStatement || head.Level == LineLevel.Information ? Trust.Full : Trust.Doubtful;
            }
        }
    }
}
