using TestReaper.Processes;

namespace TestReaper.Leaks;

/// <summary>
/// Programs that may outlive a test class: parts of the test platform, build servers that wait for the next build, and those that
/// the user allowed.
/// </summary>
internal static class Exemptions
{
    private static readonly string[] TestPlatform =
        ["datacollector", "vstest.console", "testhost", "coverlet.console", "dotnet-coverage", "CodeCoverage.Console"];

    /// <param name="commandLine">The arguments joined with spaces. A path with spaces is recognized if the file exists.</param>
    /// <param name="ignored">See <see cref="CoversProgram"/>.</param>
    public static bool Covers(string commandLine, IReadOnlyList<string> ignored) =>
        CoversProgram(CommandLineWords.Split(commandLine), executable: null, ignored);

    /// <param name="arguments">The arguments of the process; the first is the name of the program.</param>
    /// <param name="executable">The executable file, if known.</param>
    /// <param name="ignored">
    /// The names that the user allowed: of the program or, for dotnet, python and other interpreters, of the script; or a full path.
    /// </param>
    public static bool CoversProgram(IReadOnlyList<string> arguments, string? executable, IReadOnlyList<string> ignored)
    {
        arguments = CommandLineWords.Resplit(arguments);
        return arguments.Count > 0
            && (BuildServers.Is(arguments) || IsTestPlatform(arguments) || ProgramNames.Match(arguments, executable, ignored));
    }

    // With another interpreter, the name of the script says nothing about the test platform.
    private static bool IsTestPlatform(IReadOnlyList<string> arguments) =>
        (ProgramNames.IsDotnet(arguments[0]) || ProgramNames.Script(arguments) is null)
        && ProgramNames.Of(arguments).Any(name => TestPlatform.Contains(name, StringComparer.OrdinalIgnoreCase));
}
