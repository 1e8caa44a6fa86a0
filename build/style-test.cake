// Proves that the style check can fail: one file for each rule and each exception.

public static class StyleTest
{
    private static readonly (string File, string Text, string[] Findings)[] Cases =
    [
        ("src/Columns.cs", $"{new string('x', 140)}\n{new string('x', 141)}\n", ["src/Columns.cs:2: 141 columns"]),
        ("build/Columns.cake", new string('x', 141), ["build/Columns.cake:1: 141 columns"]),
        (".ci/run", new string('x', 141), [".ci/run:1: 141 columns"]),
        ("docs/Text.md", new string('x', 141), ["docs/Text.md:1: 141 columns"]),
        ("docs/Table.md", $"| {new string('x', 200)} |", []),
        ("src/Url.cs", $"// See https://example.com/{new string('x', 200)} for more.", []),
        ("src/LongBesideUrl.cs", $"// https://example.com/ {new string('x', 141)}", ["src/LongBesideUrl.cs:1: 145 columns"]),
        ("tests/Data.txt", $"Nobody {new string('x', 141)}", []),
        ("tests/results/full.md", $"Nobody {new string('x', 141)}", []),
        ("src/bin/Generated.cs", new string('x', 141), []),

        ("src/Words.cs", "// Nobody\n// somebody,\n// Whoever\n", [
            "src/Words.cs:1: the word \"nobody\"", "src/Words.cs:2: the word \"somebody\"", "src/Words.cs:3: the word \"whoever\""]),
        ("CHANGELOG.md", "mend\nmends\n## Mended\nTold.", [
            "CHANGELOG.md:1: the word \"mend\"", "CHANGELOG.md:2: the word \"mends\"",
            "CHANGELOG.md:3: the word \"mended\"", "CHANGELOG.md:4: the word \"told\""]),
        ("samples/Words.py", "# This is no word.\n# A break is no\n# exception.", [
            "samples/Words.py:1: the word \"is no\"", "samples/Words.py:2: the word \"is no\""]),
        ("tests/Names.cs", "void A_server_is_told_and_nobody_waits() => It_is_no_leak();", [
            "tests/Names.cs:1: the word \"nobody\"", "tests/Names.cs:1: the word \"told\"", "tests/Names.cs:1: the word \"is no\""]),
        ("src/OtherWords.cs", "// amend, stolid, this note, is not, is none, a no-op is no-op", []),
        ("build/Words.cake", "// Nobody checks words here: the list is here.", []),

        ("docs/Merged.md", "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\n", [
            "docs/Merged.md:1: a conflict marker", "docs/Merged.md:5: a conflict marker"]),
        ("docs/Heading.md", "Title\n=======\n", []),

        ("src/Full.cs", string.Concat(Enumerable.Repeat("x\n", 250)), []),
        ("src/TooFull.cs", string.Concat(Enumerable.Repeat("x\n", 251)), ["src/TooFull.cs:251: 251 lines"]),
        ("tests/TooFull.cs", string.Concat(Enumerable.Repeat("x\n", 251)), []),
    ];

    public static void Run()
    {
        var root = System.IO.Directory.CreateTempSubdirectory("testreaper-style-").FullName;
        try
        {
            foreach (var (file, text, _) in Cases)
            {
                var path = System.IO.Path.Combine(root, file);
                System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path));
                System.IO.File.WriteAllText(path, text);
            }

            var found = Style.Check(root).Select(finding => finding.ToString()).ToList();
            var expected = Cases.SelectMany(known => known.Findings).ToList();
            var missed = expected.Where(start => !found.Any(finding => finding.StartsWith(start + ",") || finding.StartsWith(start + ".")));
            var wrong = found.Where(finding => !expected.Any(start => finding.StartsWith(start)));
            List<string> problems =
                [.. missed.Select(start => $"Not found: {start}"), .. wrong.Select(finding => $"Not expected: {finding}")];
            if (problems.Count > 0)
            {
                throw new CakeException($"The style check is broken.\n{string.Join('\n', problems)}");
            }
        }
        finally
        {
            System.IO.Directory.Delete(root, recursive: true);
        }
    }
}
