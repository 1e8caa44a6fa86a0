namespace TestReaper.Tool.Reporting;

/// <summary>
/// Asks a yes/no question on standard error, because a program may read standard output. Any answer except y or yes means no.
/// Spectre's ConfirmationPrompt rejects "yes" and repeats the question after an invalid answer.
/// </summary>
internal static class ConfirmationPrompt
{
    public static bool Ask(string question)
    {
        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
