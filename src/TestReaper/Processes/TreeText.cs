namespace TestReaper.Processes;

/// <summary>One process to draw. Only alike ones of one kind share a line: the note shown is that of the first.</summary>
internal readonly record struct TreeLine(int Pid, int ParentPid, string CommandLine, string Note, string Kind = "");

/// <summary>One line of the drawn tree. A root has depth 0; the guide is what joins the line to the lines above it.</summary>
internal readonly record struct TreeRow(int Depth, string Guide, string Process, string Note);

/// <summary>Draws processes as a tree. Alike siblings share a line and long command lines are cut, to keep reports readable.</summary>
internal static class TreeText
{
    private const int MaxLines = 40, MaxCommandLine = 100;

    public static string Draw(IReadOnlyCollection<TreeLine> lines, int maxLines = MaxLines)
    {
        var rows = Arrange(lines, out var omitted, maxLines).Select(
            row => row.Guide + row.Process + (row.Note.Length > 0 ? $"  ({row.Note})" : ""));
        return string.Join(Environment.NewLine, omitted > 0 ? rows.Append(DescribeOmitted(omitted)) : rows);
    }

    /// <summary>The rows from top to bottom. <paramref name="omitted"/> is the number of processes that no row shows.</summary>
    public static IReadOnlyList<TreeRow> Arrange(IReadOnlyCollection<TreeLine> lines, out int omitted, int maxLines = MaxLines)
    {
        var pids = lines.Select(line => line.Pid).ToHashSet();
        var children = lines.ToLookup(line => line.ParentPid != line.Pid && pids.Contains(line.ParentPid) ? line.ParentPid : 0);
        var rows = new List<TreeRow>();
        omitted = lines.Count - AddLevel(rows, maxLines, children, parent: 0, depth: 0, indent: "", expanded: []);
        return rows;
    }

    public static string DescribeOmitted(int processes) => $"... and {processes} more";

    /// <summary>Adds the children of <paramref name="parent"/>, each followed by its own.</summary>
    /// <returns>The number of processes that the added rows show.</returns>
    private static int AddLevel(
        List<TreeRow> rows, int maxLines, ILookup<int, TreeLine> children, int parent, int depth, string indent, HashSet<int> expanded)
    {
        // A pid that was reused may be its own ancestor.
        var shown = 0;
        if (!expanded.Add(parent))
        {
            return shown;
        }

        var siblings = Group(children, children[parent]);
        for (var i = 0; i < siblings.Count && rows.Count < maxLines; i++)
        {
            var (line, pids, count) = siblings[i];
            var isLast = i == siblings.Count - 1;
            rows.Add(new TreeRow(depth, indent + (isLast ? "└─ " : "├─ "), $"{pids} {Cut(line.CommandLine)}", line.Note));
            shown += count + AddLevel(rows, maxLines, children, line.Pid, depth + 1, indent + (isLast ? "   " : "│  "), expanded);
        }

        return shown;
    }

    /// <summary>Childless siblings with the same command line become one line.</summary>
    private static List<(TreeLine Line, string Pids, int Count)> Group(ILookup<int, TreeLine> children, IEnumerable<TreeLine> level) =>
        [.. level
            .GroupBy(line => children.Contains(line.Pid) ? (line.Pid, "", "") : (0, line.CommandLine, line.Kind))
            .Select(group => (group.First(), Pids([.. group]), group.Count()))];

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
}
