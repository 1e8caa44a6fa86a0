namespace TestReaper.Processes;

/// <summary>Splits a command line that was joined with spaces, when the arguments are not known.</summary>
internal static class CommandLineWords
{
    private const int MaxWordsInPath = 16;

    /// <summary>Splits at spaces. A path with spaces stays whole if the file exists.</summary>
    public static IReadOnlyList<string> Split(string commandLine)
    {
        var words = commandLine.Split(' ');
        var arguments = new List<string>();
        for (var i = 0; i < words.Length;)
        {
            var count = words[i].StartsWith('/') ? WordsInPath(words, i) : 1;
            if (words[i].Length > 0)
            {
                arguments.Add(string.Join(' ', words, i, count));
            }

            i += count;
        }

        return arguments;
    }

    /// <summary>
    /// Splits a title that a program wrote over its arguments: "redis-server *:6379" and "nginx: worker process" are one argument.
    /// </summary>
    public static IReadOnlyList<string> Resplit(IReadOnlyList<string> arguments) =>
        arguments is [var title] && title.Contains(' ') && !File.Exists(title) ? Split(title) : arguments;

    private static int WordsInPath(string[] words, int start) => Enumerable
        .Range(1, Math.Min(words.Length - start, MaxWordsInPath))
        .FirstOrDefault(count => File.Exists(string.Join(' ', words, start, count)), defaultValue: 1);
}
