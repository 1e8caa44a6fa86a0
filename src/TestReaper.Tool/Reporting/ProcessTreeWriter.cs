using Spectre.Console;
using TestReaper.Processes;

namespace TestReaper.Tool.Reporting;

/// <summary>
/// Writes a heading with a tree of processes below it. On a terminal Spectre draws the tree: it wraps long command lines between the
/// branches and styles the text. Redirected output is the plain text of <see cref="TreeText"/>, one line per process, because Spectre
/// would wrap it at 80 columns. Command lines are passed as text, never as markup: a "[" in one has no meaning.
/// </summary>
internal static class ProcessTreeWriter
{
    private static bool HasStyles =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && AnsiConsole.Profile.Capabilities.Ansi;

    /// <param name="heading">The line above the tree.</param>
    /// <param name="isWarning">Whether the heading asks the user to act.</param>
    /// <param name="processes">The processes; each whose parent is among them is drawn below it.</param>
    public static void Write(string heading, bool isWarning, IReadOnlyCollection<TreeLine> processes)
    {
        if (Console.IsOutputRedirected)
        {
            CommandOutput.WriteLine(heading);
            CommandOutput.WriteLine(TreeText.Draw(processes));
        }
        else
        {
            WriteToTerminal(heading, isWarning, TreeText.Arrange(processes, out var omitted), omitted);
        }
    }

    private static void WriteToTerminal(string heading, bool isWarning, IReadOnlyList<TreeRow> rows, int omitted)
    {
        var headingStyle = new Style(foreground: isWarning ? Color.Yellow : Color.Default, decoration: Decoration.Bold);
        var tree = new Tree(new Text(heading, IfStyled(headingStyle)));

        // The nodes from the root of the tree to the last one added: a row's parent is the node at its depth.
        var path = new List<IHasTreeNodes> { tree };
        foreach (var row in rows)
        {
            path.RemoveRange(row.Depth + 1, path.Count - row.Depth - 1);
            var text = new Paragraph(row.Process).Append($"  ({row.Note})", IfStyled(new Style(decoration: Decoration.Dim)));
            path.Add(path[row.Depth].AddNode(text));
        }

        AnsiConsole.Write(tree);
        if (omitted > 0)
        {
            CommandOutput.WriteLine(TreeText.DescribeOmitted(omitted));
        }
    }

    private static Style IfStyled(Style style) => HasStyles ? style : Style.Plain;
}
