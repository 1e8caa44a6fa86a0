using System.Buffers;
using TestReaper.Platform.Windows.Processes;

namespace TestReaper.Platform.Windows.Launch;

/// <summary>Writes command lines, and refuses arguments that a batch file would take for commands.</summary>
/// <remarks>
/// The system runs a batch file by cmd.exe, which reads the command line by its own rules: an argument with <c>&amp;</c> in it runs
/// another program. No way of quoting is safe for all batch files. cmd.exe also searches the file by the
/// first word of the line, so that word is the path which was found.
/// </remarks>
internal static class BatchFiles
{
    private const string Special = "\"%&|<>^!()\r\n";
    private static readonly SearchValues<char> SpecialLetters = SearchValues.Create(Special);

    /// <exception cref="LaunchException">An argument is not safe for a batch file.</exception>
    public static string WriteCommandLine(LaunchSpec spec)
    {
        var isBatch = Path.GetExtension(spec.Executable).ToLowerInvariant() is ".bat" or ".cmd";
        return isBatch && spec.Arguments.FirstOrDefault(argument => argument.AsSpan().ContainsAny(SpecialLetters)) is not null
            ? throw new LaunchException(
                $"'{spec.Executable}' is a batch file, and one of its arguments has a character with a meaning for cmd.exe " +
                $"({string.Join(' ', Special.TrimEnd().ToCharArray())}). " +
                "Start the program itself, or pass the value in an environment variable.")
            : CommandLineText.Join(isBatch ? spec.Executable : spec.Name, spec.Arguments);
    }
}
