namespace TestReaper.Platform.Windows.Processes;

/// <summary>Splits and writes command lines by the rules of the C runtime, which almost all programs use.</summary>
/// <remarks>https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments</remarks>
internal static class CommandLineText
{
    /// <summary>Splits a command line into the program's name and its arguments.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var at = 0;
        if (line.Length > 0)
        {
            words.Add(TakeProgram(line, ref at));
        }

        while (SkipSpaces(line, ref at))
        {
            words.Add(TakeArgument(line, ref at));
        }

        return words;
    }

    /// <summary>Writes a command line that <see cref="Split"/> reads back as the same words.</summary>
    public static string Join(string program, IEnumerable<string> arguments)
    {
        // The name has other rules than the arguments: a quotation mark cannot be in it.
        var line = new StringBuilder().Append('"').Append(program).Append('"');
        foreach (var argument in arguments)
        {
            Append(line.Append(' '), argument);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(" \t\n\v\"") < 0)
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        var slashes = 0;
        foreach (var letter in argument)
        {
            // Backslashes are doubled only in front of a quotation mark, which gets one of its own.
            line.Append('\\', letter == '"' ? slashes + 1 : 0).Append(letter);
            slashes = letter == '\\' ? slashes + 1 : 0;
        }

        line.Append('\\', slashes).Append('"');
    }

    private static string TakeProgram(string line, ref int at)
    {
        var isQuoted = line[0] == '"';
        var end = isQuoted ? line.IndexOf('"', 1) : line.AsSpan().IndexOfAny(' ', '\t');
        end = end < 0 ? line.Length : end;
        at = Math.Min(end + (isQuoted ? 1 : 0), line.Length);
        return line[(isQuoted ? 1 : 0)..end];
    }

    private static bool SkipSpaces(string line, ref int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }

        return at < line.Length;
    }

    private static string TakeArgument(string line, ref int at)
    {
        var word = new StringBuilder();
        var isQuoted = false;
        while (at < line.Length && (isQuoted || line[at] is not (' ' or '\t')))
        {
            var slashes = 0;
            while (at < line.Length && line[at] == '\\')
            {
                slashes++;
                at++;
            }

            if (at == line.Length || line[at] != '"')
            {
                word.Append('\\', slashes);
                if (slashes == 0)
                {
                    word.Append(line[at++]);
                }

                continue;
            }

            word.Append('\\', slashes / 2);
            if (slashes % 2 == 1)
            {
                word.Append('"');
            }
            else if (isQuoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                word.Append('"');
                at++;
            }
            else
            {
                isQuoted = !isQuoted;
            }

            at++;
        }

        return word.ToString();
    }
}
