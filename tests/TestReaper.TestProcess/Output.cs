using System.Globalization;
using System.Text;

namespace TestReaper.TestProcess;

internal enum OutputKind
{
    Line,
    Error,
    Flood,
    LongLine,
    Variable,
}

/// <summary>Prints to raw streams: creating the writers of <see cref="Console"/> would delay the start.</summary>
internal static class Output
{
    public static void Write(Options options)
    {
        foreach (var (kind, value) in options.Output)
        {
            Write(kind, value);
        }
    }

    public static void WriteLine(string line)
    {
        using var stdout = Console.OpenStandardOutput();
        stdout.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    public static void WriteError(string line)
    {
        using var stderr = Console.OpenStandardError();
        stderr.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    public static void CopyInput()
    {
        using var stdin = Console.OpenStandardInput();
        using var stdout = Console.OpenStandardOutput();
        stdin.CopyTo(stdout);
    }

    private static void Write(OutputKind kind, string value)
    {
        switch (kind)
        {
            case OutputKind.Error: WriteError(value); break;
            case OutputKind.Flood: WriteFlood(ParseNumber(value)); break;
            case OutputKind.LongLine: WriteLine(new string('x', ParseNumber(value))); break;
            case OutputKind.Variable: WriteLine(Environment.GetEnvironmentVariable(value) ?? ""); break;
            default: WriteLine(value); break;
        }
    }

    private static void WriteFlood(int lines)
    {
        using var writer = new StreamWriter(Console.OpenStandardOutput());
        for (var number = 1; number <= lines; number++)
        {
            writer.Write($"line {number:D6}\n");
        }
    }

    private static int ParseNumber(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
