using System.Text.RegularExpressions;

namespace TestReaper.Processes;

/// <summary>Recognizes Python by the paths of its files.</summary>
internal static partial class PythonProgram
{
    /// <summary>Whether a file is an interpreter: python, python3.13t, pypy3.10, python3-dbg.</summary>
    public static bool IsInterpreter(string path) => InterpreterName().IsMatch(Path.GetFileName(path));

    /// <summary>Whether a file is the library of a program that embeds Python: libpython3.12.so.1.0.</summary>
    public static bool IsLibrary(string path) => Path.GetFileName(path).StartsWith("libpython", StringComparison.Ordinal);

    // The letters are those of PEP 3149, and t for a build without the global lock.
    [GeneratedRegex("^(python|pypy)([0-9][0-9.]*[tdmu]{0,3})?(-dbg)?$", RegexOptions.CultureInvariant)]
    private static partial Regex InterpreterName();
}
