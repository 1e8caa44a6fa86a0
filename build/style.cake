// The style rules that neither the compiler nor `dotnet format` checks: columns, words, lines in a file, and conflict markers.

using System.Text.RegularExpressions;

public sealed record StyleFinding(string File, int Line, string Rule, string Advice)
{
    public override string ToString() => $"{File}:{Line}: {Rule}. {Advice}";
}

public static class Style
{
    private const int MaxColumns = 140;
    private const int MaxLines = 250;

    // The words that readers must decode, and what to write instead. This is the only list.
    private static readonly (string Word, string Advice)[] Words =
    [
        ("nobody", "Name what is absent: \"no process\", \"no caller\""),
        ("somebody", "Name the actor: \"another process\", \"the caller\""),
        ("whoever", "Name the actor: \"the process that holds the lock\""),
        ("mend", "Write \"fix\""),
        ("mends", "Write \"fixes\""),
        ("mended", "Write \"fixed\""),
        ("told", "Say what is sent or reported, and where: \"the watchdog gets the scope\""),
        ("is no", "Write \"is not a\", \"has no\" or \"does not exist\""),
    ];

    private static readonly (Regex Pattern, string Word, string Advice)[] WordPatterns =
        [.. Words.Select(word => (PatternFor(word.Word), word.Word, word.Advice))];

    // Binary files and test data are not in this list: API snapshots, analyzer cases and stubs are .txt.
    private static readonly HashSet<string> Extensions =
    [
        ".cs", ".fs", ".c", ".h", ".js", ".py", ".sh", ".cake", ".csproj", ".fsproj", ".props", ".targets", ".runsettings", ".yml", ".md",
    ];

    // Not sources: what git, builds, test runs and editors write.
    private static readonly HashSet<string> SkippedFolders =
        [".git", ".idea", ".vs", "artifacts", "bin", "BenchmarkDotNet.Artifacts", "obj", "TestResults"];

    // The middle line of a conflict is also the underline of a heading in Markdown. The first and the last line are enough.
    private static readonly Regex ConflictMarker = new("^(<<<<<<<|>>>>>>>) ");

    private static readonly Regex Url = new(@"https?://\S+");

    /// <summary>Checks all sources below a folder.</summary>
    public static IReadOnlyList<StyleFinding> Check(string root) =>
        [.. Sources(root).SelectMany(file => Check(file, LinesOf(root, file)))];

    /// <summary>How long the C# files of src are, beside the target.</summary>
    public static string SizesIn(string root)
    {
        var sizes = Sources(root).Where(IsProduct).Select(file => LinesOf(root, file).Length).Order().ToList();
        return sizes.Count == 0
            ? "src has no C# files."
            : $"src: {sizes.Count} C# files, median {sizes[sizes.Count / 2]} lines (target 60), "
                + $"90th percentile {sizes[sizes.Count * 9 / 10]} (target 150), longest {sizes[^1]} (limit {MaxLines}).";
    }

    private static IEnumerable<StyleFinding> Check(string file, string[] lines)
    {
        // The tables there are generated; their rows repeat test names.
        if (file.StartsWith("tests/results/", StringComparison.Ordinal))
        {
            yield break;
        }

        for (var i = 0; i < lines.Length; i++)
        {
            var columns = Columns(file, lines[i]);
            if (columns > MaxColumns)
            {
                var rule = $"{columns} columns, the limit is {MaxColumns}";
                yield return new StyleFinding(file, i + 1, rule, "Break the line; in code, a name for a part often reads better");
            }

            if (ConflictMarker.IsMatch(lines[i]))
            {
                yield return new StyleFinding(file, i + 1, "a conflict marker", "Resolve the merge");
            }

            foreach (var (_, word, advice) in WordPatterns.Where(known => HasProse(file) && known.Pattern.IsMatch(lines[i])))
            {
                yield return new StyleFinding(file, i + 1, $"the word \"{word}\"", advice);
            }
        }

        if (IsProduct(file) && lines.Length > MaxLines)
        {
            var rule = $"{lines.Length} lines, the limit is {MaxLines}";
            yield return new StyleFinding(file, MaxLines + 1, rule, "Move one idea to a file of its own");
        }
    }

    // A row of a Markdown table cannot be broken, and a URL neither: it does not count.
    private static int Columns(string file, string line) =>
        IsMarkdown(file) && line.TrimStart().StartsWith('|') ? 0 : line.Length <= MaxColumns ? line.Length : Url.Replace(line, "").Length;

    private static IEnumerable<string> Sources(string root, string folder = "")
    {
        var path = System.IO.Path.Combine(root, folder);
        var files = System.IO.Directory.GetFiles(path)
            .Select(file => folder + System.IO.Path.GetFileName(file))
            .Where(file => Extensions.Contains(System.IO.Path.GetExtension(file)) || file == ".ci/run");
        var below = System.IO.Directory.GetDirectories(path)
            .Select(System.IO.Path.GetFileName)
            .Where(name => !SkippedFolders.Contains(name))
            .SelectMany(name => Sources(root, $"{folder}{name}/"));
        return files.Concat(below).Order(StringComparer.Ordinal);
    }

    private static bool IsMarkdown(string file) => file.EndsWith(".md", StringComparison.Ordinal);

    private static bool IsProduct(string file) =>
        file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal);

    private static bool HasProse(string file) => IsMarkdown(file) || Regex.IsMatch(file, "^(src|samples|tests)/");

    private static string[] LinesOf(string root, string file) => System.IO.File.ReadAllLines(System.IO.Path.Combine(root, file));

    // Whole words. An underscore separates words as a space does: test names are sentences. "There is no", "is no longer" and "is no-op"
    // are plain English.
    private static Regex PatternFor(string word)
    {
        var end = word.Contains(' ') ? "[ _](?!longer)|$" : "[^A-Za-z0-9]|$";
        return new Regex($"(?<![A-Za-z0-9]|there[ _]){word.Replace(" ", "[ _]")}(?={end})", RegexOptions.IgnoreCase);
    }
}
