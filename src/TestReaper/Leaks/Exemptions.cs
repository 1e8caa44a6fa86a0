using TestReaper.Processes;

namespace TestReaper.Leaks;

/// <summary>Programs that may outlive a test class: the test platform, build servers, and what the user allowed.</summary>
internal static class Exemptions
{
    private static readonly string[] TestPlatform =
        ["datacollector", "vstest.console", "testhost", "coverlet.console", "dotnet-coverage", "CodeCoverage.Console"];

    /// <summary>Whether a process is one of them, by its command line. A path with spaces is recognized if the file exists.</summary>
    public static bool Covers(string commandLine, IReadOnlyList<string> ignored) =>
        CoversProgram(CommandLineWords.Split(commandLine), executable: null, ignored);

    /// <summary>Whether a process is one of them, by its arguments and, if known, its executable file.</summary>
    /// <remarks>The user allows names of programs or, for dotnet, python and other interpreters, of scripts; or full paths.</remarks>
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
