using TestReaper.Processes;

namespace TestReaper.Leaks;

/// <summary>
/// Programs that outlive a test class by right: parts of the test platform, and build servers that wait for the next build.
/// </summary>
internal static class Exemptions
{
    private static readonly string[] TestPlatform =
        ["datacollector", "vstest.console", "testhost", "coverlet.console", "dotnet-coverage", "CodeCoverage.Console"];

    /// <param name="commandLine">Joined with spaces; a path with spaces is known by the file that it names.</param>
    /// <param name="ignored">See <see cref="CoversProgram"/>.</param>
    public static bool Covers(string commandLine, IReadOnlyList<string> ignored) =>
        CoversProgram(CommandLineWords.Split(commandLine), executable: null, ignored);

    /// <param name="arguments">Its arguments, its own name first.</param>
    /// <param name="executable">The file that it executes, where known.</param>
    /// <param name="ignored">
    /// Names that the user gave: the program's or, under dotnet, python and the like, its script's; a path in full.
    /// </param>
    public static bool CoversProgram(IReadOnlyList<string> arguments, string? executable, IReadOnlyList<string> ignored)
    {
        arguments = CommandLineWords.Resplit(arguments);
        return arguments.Count > 0
            && (BuildServers.Is(arguments) || IsTestPlatform(arguments) || ProgramNames.Match(arguments, executable, ignored));
    }

    // A script of another interpreter may have any name.
    private static bool IsTestPlatform(IReadOnlyList<string> arguments) =>
        (ProgramNames.IsDotnet(arguments[0]) || ProgramNames.Script(arguments) is null)
        && ProgramNames.Of(arguments).Any(name => TestPlatform.Contains(name, StringComparer.OrdinalIgnoreCase));
}
