namespace TestReaper.Tests.Servers;

/// <summary>A log of logs.txt.</summary>
/// <param name="Kind">The kind of the failure.</param>
/// <param name="Server">What wrote it.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Evidence">The number of the line that is the evidence, from 1; 0 if no line is.</param>
public sealed record CauseLog(FailureKind Kind, string Server, IReadOnlyList<string> Lines, int Evidence)
{
    private const string Head = "== ";

    public static IReadOnlyList<CauseLog> All { get; } = Read();

    private static List<CauseLog> Read()
    {
        var logs = new List<CauseLog>();
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Servers", "Causes", "logs.txt"));
        foreach (var part in ("\n" + text).Split("\n" + Head)[1..])
        {
            var lines = part.Split('\n').Where(line => !line.StartsWith('#')).ToList();
            var (kind, server) = lines[0].Split(" | ") is [var first, var second] ? (first, second) : throw new FormatException(lines[0]);
            var body = string.Join('\n', lines[1..]).TrimEnd('\n').Split('\n');
            logs.Add(new CauseLog(
                Enum.Parse<FailureKind>(kind),
                server,
                [.. body.Select(line => line.StartsWith('>') ? line[1..] : line)],
                Array.FindIndex(body, line => line.StartsWith('>')) + 1));
        }

        return logs;
    }
}
