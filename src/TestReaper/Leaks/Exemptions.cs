namespace TestReaper.Leaks;

/// <summary>Programs that outlive a test class by right: parts of the test platform, and build servers that wait for the next build.</summary>
internal static class Exemptions
{
    private static readonly string[] TestPlatform = ["datacollector", "vstest.console", "testhost", "coverlet.console", "dotnet-coverage", "CodeCoverage.Console"];

    private static readonly string[] Interpreters = ["node", "ruby", "perl", "sh", "bash", "dash"];

    /// <param name="commandLine">As /proc shows it.</param>
    /// <param name="ignored">Names that the user gave: the program's or, under dotnet, python and the like, its script's; a path in full.</param>
    public static bool Covers(string commandLine, IReadOnlyList<string> ignored)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return false;
        }

        // "dotnet X.dll" and "python x.py" are known by what they run.
        var script = Script(words);
        string[] names = [.. Names(words[0]), .. script is null ? [] : Names(script)];
        return IsBuildServer(commandLine)
            || (script is null || IsDotnet(words[0])) && names.Any(name => TestPlatform.Contains(name, StringComparer.OrdinalIgnoreCase))
            || names.Any(name => ignored.Contains(name, StringComparer.Ordinal));
    }

    /// <summary>What an interpreter runs: its first argument that is no option; null for other programs.</summary>
    private static string? Script(string[] words) => IsDotnet(words[0]) || Path.GetFileName(words[0]) is var name && (Interpreters.Contains(name) || name.StartsWith("python", StringComparison.Ordinal))
        ? words.Skip(1).FirstOrDefault(word => !word.StartsWith('-') && word != "exec")
        : null;

    private static bool IsDotnet(string program) => Path.GetFileNameWithoutExtension(program) == "dotnet";

    /// <summary>MSBuild's nodes, the compiler's server: they wait for the next build, whoever has started them.</summary>
    public static bool IsBuildServer(string commandLine) =>
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
