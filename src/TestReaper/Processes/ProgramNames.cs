namespace TestReaper.Processes;

/// <summary>
/// The names of a program: its own and, under an interpreter, that of its script. No other argument is a name:
/// "tail -f VBCSCompiler.log" is tail.
/// </summary>
internal static class ProgramNames
{
    private static readonly string[] Shells = ["sh", "bash", "dash", "zsh", "ksh"];
    private static readonly string[] Others = ["node", "ruby", "perl", "java"];

    // Options whose value is the next argument, which is not the script.
    private static readonly HashSet<string> WithValue =
    [
        "--depsfile", "--runtimeconfig", "--additionalprobingpath", "--additional-deps", "--fx-version", "--roll-forward",
        "-W", "-X", "-I", "-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions",
        "-o", "+o", "-O", "--rcfile", "--init-file", "-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules",
    ];

    /// <summary>Whether the program has one of the names: a file name with or without extension, or a path in full.</summary>
    /// <param name="arguments">Its arguments, its own name first.</param>
    /// <param name="executable">The file that it executes, if known: the first argument can be any text.</param>
    /// <param name="names">The names; case matters.</param>
    public static bool Match(IReadOnlyList<string> arguments, string? executable, IReadOnlyList<string> names) =>
        names.Count > 0 && Of(arguments, executable).Any(name => names.Contains(name, StringComparer.Ordinal));

    /// <summary>All names of a program.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> arguments, string? executable = null)
    {
        IEnumerable<string> names = arguments.Count == 0
            ? []
            : [.. Names(arguments[0]), .. Script(arguments) is { } script ? Names(script) : []];
        return executable is null ? names : names.Concat(Names(executable));
    }

    public static bool IsDotnet(string program) => Path.GetFileNameWithoutExtension(program) == "dotnet";

    /// <summary>What an interpreter runs: a file, a module or a class; null for other programs and for code in an argument.</summary>
    public static string? Script(IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2 || !IsInterpreter(arguments[0], out var name))
        {
            return null;
        }

        for (var i = 1; i < arguments.Count; i++)
        {
            var word = arguments[i];
            if (word is "--" or "-jar" or "-m" or "--module")
            {
                return i + 1 < arguments.Count ? arguments[i + 1] : null;
            }

            if (IsCode(word, name))
            {
                return null;
            }

            if (WithValue.Contains(word))
            {
                i++;
            }
            else if (!word.StartsWith('-') && !(word == "exec" && name == "dotnet"))
            {
                return word;
            }
        }

        return null;
    }

    private static bool IsInterpreter(string program, out string name)
    {
        name = IsDotnet(program) ? "dotnet" : Path.GetFileName(program);
        return name == "dotnet" || Shells.Contains(name) || Others.Contains(name) || name.StartsWith("python", StringComparison.Ordinal);
    }

    // "sh -ec CODE", "python3 -c CODE", "perl -ne CODE", "node --eval CODE".
    private static bool IsCode(string option, string interpreter) =>
        option is "--eval" or "--print" or "-e"
        || (option.Length > 1 && option[0] == '-' && option[1] != '-' && interpreter is not ("dotnet" or "java" or "node")
            && option[^1] == (interpreter is "perl" or "ruby" ? 'e' : 'c'));

    private static string[] Names(string word) => [word, Path.GetFileName(word), Path.GetFileNameWithoutExtension(word)];
}
