// Turns the results of the matrices, the tests of category Full, into Markdown.
// Each theory is a table: its first parameter gives the rows, the others the columns.

using System.Text.RegularExpressions;
using System.Xml.Linq;

public sealed record MatrixRow(string Test, IReadOnlyList<string> Arguments, string Outcome);

public static class Matrices
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private static readonly Regex Argument = new("\"(?<v>[^\"]*)\"|: (?<v>[^,\")]+)");

    public static string ToMarkdown(IEnumerable<string> files, string title)
    {
        var rows = files.SelectMany(Read).ToList();
        var text = new StringBuilder($"# {title}\n\n{Sum(rows)}\n");
        foreach (var theory in rows.GroupBy(row => row.Test).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"\n## {theory.Key}\n\n{(theory.All(row => row.Arguments.Count >= 2) ? Pivot([.. theory]) : List([.. theory]))}");
        }

        return text.ToString();
    }

    private static IEnumerable<MatrixRow> Read(string file)
    {
        var document = XDocument.Load(file);
        var classes = document.Descendants(Trx + "UnitTest").ToDictionary(
            test => (string)test.Attribute("id"), test => ((string)test.Element(Trx + "TestMethod").Attribute("className")).Split('.')[^1]);
        foreach (var result in document.Descendants(Trx + "UnitTestResult"))
        {
            var name = (string)result.Attribute("testName");
            var bracket = name.IndexOf('(');
            var method = (bracket < 0 ? name : name[..bracket]).Split('.')[^1].Replace('_', ' ');
            var arguments = bracket < 0 ? [] : Argument.Matches(name[bracket..]).Select(match => match.Groups["v"].Value.Trim()).ToArray();
            var outcome = (string)result.Attribute("outcome") switch { "Passed" => "passed", "NotExecuted" => "skipped", _ => "FAILED" };
            yield return new MatrixRow($"{classes[(string)result.Attribute("testId")]}: {method}", arguments, outcome);
        }
    }

    private static string Pivot(IReadOnlyList<MatrixRow> rows)
    {
        var columns = rows.Select(ColumnOf).Distinct().Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder($"| | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (var line in rows.GroupBy(row => row.Arguments[0]).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var cells = columns.Select(column => line.FirstOrDefault(row => ColumnOf(row) == column)?.Outcome ?? "-");
            text.Append($"| {line.Key} | {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    private static string List(IReadOnlyList<MatrixRow> rows)
    {
        var lines = rows.Select(row => $"| {string.Join(", ", row.Arguments)} | {row.Outcome} |\n").Order(StringComparer.Ordinal);
        return "| | |\n|---|---|\n" + string.Concat(lines);
    }

    private static string ColumnOf(MatrixRow row) => string.Join(", ", row.Arguments.Skip(1));

    private static string Sum(IReadOnlyList<MatrixRow> rows)
    {
        string[] outcomes = ["passed", "FAILED", "skipped"];
        var counts = outcomes.Select(outcome => $"{rows.Count(row => row.Outcome == outcome)} {outcome.ToLowerInvariant()}");
        return string.Join(", ", counts) + ".";
    }
}
