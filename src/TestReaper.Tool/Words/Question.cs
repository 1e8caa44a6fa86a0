namespace TestReaper.Tool.Words;

/// <summary>A question that only a yes answers with yes. It is not output: that may be read by a program.</summary>
internal static class Question
{
    public static bool Ask(string question)
    {
        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
