using System.Text;

namespace TestReaper.Processes;

/// <summary>One process to draw. Only alike ones of one kind share a line: the note shown is that of the first.</summary>
internal readonly record struct TreeLine(int Pid, int ParentPid, string CommandLine, string Note, string Kind = "");

/// <summary>Draws processes as a tree, alike ones grouped and long ones cut: a report with 98 pids on a line helps nobody.</summary>
internal static class TreeText
{
    private const int MaxLines = 40, MaxCommandLine = 100;

    public static string Draw(IReadOnlyCollection<TreeLine> lines, int maxLines = MaxLines)
    {
        var pids = lines.Select(line => line.Pid).ToHashSet();
        var children = lines.ToLookup(line => line.ParentPid != line.Pid && pids.Contains(line.ParentPid) ? line.ParentPid : 0);
        var text = new StringBuilder();
        var left = maxLines;
        var drawn = DrawLevel(text, children, 0, "", [], ref left);
        if (drawn < lines.Count)
        {
            text.AppendLine().Append($"... and {lines.Count - drawn} more");
        }

        return text.ToString();
    }

    private static int DrawLevel(StringBuilder text, ILookup<int, TreeLine> children, int parent, string indent, HashSet<int> expanded, ref int left)
    {
        // A pid that was reused may be its own ancestor.
        var drawn = 0;
        if (!expanded.Add(parent))
        {
            return drawn;
        }

        var siblings = Group(children, children[parent]);
        for (var i = 0; i < siblings.Count && left > 0; i++)
        {
            left--;
            var (line, pids, count) = siblings[i];
            var isLast = i == siblings.Count - 1;
            if (text.Length > 0)
            {
                text.AppendLine();
            }

            text.Append(indent).Append(isLast ? "└─ " : "├─ ").Append(pids).Append(' ').Append(Cut(line.CommandLine));
            if (line.Note.Length > 0)
            {
                text.Append("  (").Append(line.Note).Append(')');
            }

            drawn += count + DrawLevel(text, children, line.Pid, indent + (isLast ? "   " : "│  "), expanded, ref left);
        }

        return drawn;
    }

    /// <summary>Childless siblings with the same command line become one line.</summary>
    private static List<Sibling> Group(ILookup<int, TreeLine> children, IEnumerable<TreeLine> level) =>
        [.. level
            .GroupBy(line => children.Contains(line.Pid) ? (line.Pid, "", "") : (0, line.CommandLine, line.Kind))
            .Select(group => new Sibling(group.First(), Pids([.. group]), group.Count()))];

    private static string Pids(TreeLine[] group) => group.Length switch
    {
        1 => $"{group[0].Pid}",
        <= 4 => string.Join(", ", group.Select(line => line.Pid)),
        _ => $"{group[0].Pid}, {group[1].Pid}, ... {group[^1].Pid} [{group.Length} alike]",
    };

    /// <summary>A command line may hold whole scripts, and sequences that would command the terminal.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    // The program's name says more than the directories before it.
    private static string Cut(string commandLine)
    {
        var programEnd = commandLine.IndexOf(' ') is var space and >= 0 ? space : commandLine.Length;
        var name = commandLine.StartsWith('/') ? commandLine[(commandLine.LastIndexOf('/', programEnd - 1) + 1)..] : commandLine;
        return OneLine(name.Length <= MaxCommandLine ? name : string.Concat(name.AsSpan(0, MaxCommandLine), "..."));
    }

    private readonly record struct Sibling(TreeLine Line, string Pids, int Count);
}
