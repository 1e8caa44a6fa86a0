namespace TestReaper.Leaks;

/// <summary>Programs that outlive a test class by right: parts of the test platform, and build servers that wait for the next build.</summary>
internal static class Exemptions
{
    private static readonly string[] TestPlatform = ["datacollector", "vstest.console", "testhost", "coverlet.console", "dotnet-coverage", "CodeCoverage.Console"];

    /// <param name="commandLine">As /proc shows it.</param>
    /// <param name="ignored">Names that the user gave: the program's or, under dotnet, python and the like, its script's; a path in full.</param>
    public static bool Covers(string commandLine, IReadOnlyList<string> ignored)
    {
        var words = commandLine.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return false;
        }

        // "dotnet X.dll" and "python x.py" are known by what they run.
        string[] names = [.. words.Take(2).Where((word, i) => i == 0 || !word.StartsWith('-')).SelectMany(Names)];
        return IsBuildServer(commandLine)
            || names.Any(name => TestPlatform.Contains(name, StringComparer.OrdinalIgnoreCase) || ignored.Contains(name, StringComparer.Ordinal));
    }

    private static bool IsBuildServer(string commandLine) =>
        commandLine.Contains("VBCSCompiler", StringComparison.Ordinal)
        || (commandLine.Contains("MSBuild", StringComparison.Ordinal) && commandLine.Contains("nodemode:", StringComparison.OrdinalIgnoreCase))
        || commandLine.Contains("rzc.dll server", StringComparison.Ordinal);

    private static IEnumerable<string> Names(string word)
    {
        yield return word;
        yield return Path.GetFileName(word);
        yield return Path.GetFileNameWithoutExtension(word);
    }
}
