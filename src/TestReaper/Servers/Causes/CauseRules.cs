namespace TestReaper.Servers.Causes;

/// <summary>The table of <see cref="CauseFinder"/>, read from causes.txt, which describes its form.</summary>
internal sealed class CauseRules
{
    private const string File = "causes.txt";
    private static readonly Lazy<CauseRules> OfThisAssembly = new(() => new CauseRules(ReadLines()));
    private readonly List<CauseRule> _harmless = [], _killed = [], _failures = [];

    /// <exception cref="FormatException">A line has no place.</exception>
    public CauseRules(IEnumerable<string> lines)
    {
        var (rules, kind, summary, hint) = (_failures, FailureKind.Unknown, "", "");
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split(' ', 2);
            switch (words)
            {
                case ["harmless"]:
                    (rules, kind) = (_harmless, FailureKind.Unknown);
                    break;
                case ["killed"]:
                    (rules, kind) = (_killed, FailureKind.OutOfMemory);
                    break;
                case ["kind", var name]:
                    (rules, kind) = (_failures, Enum.Parse<FailureKind>(name));
                    break;
                case ["summary", var text]:
                    summary = text;
                    break;
                case ["hint", var text]:
                    hint = text;
                    First.TryAdd(kind, new FailureCause(kind, summary, "", hint));
                    break;
                case ["", _]:
                    rules.Add(new CauseRule(kind, line.Trim(), summary, hint));
                    break;
                default:
                    throw new FormatException($"{File} has a line of no known form: {line}");
            }
        }
    }

    public static CauseRules Current => OfThisAssembly.Value;

    /// <summary>The summary and the first hint of each kind, without evidence.</summary>
    public Dictionary<FailureKind, FailureCause> First { get; } = [];

    public IReadOnlyList<CauseRule> Failures => _failures;

    /// <summary>Whether the server went on after this line, although it looks like a failure.</summary>
    public bool IsHarmless(OutputLine line) => _harmless.Exists(rule => rule.Match(line) is not null);

    /// <summary>Whether the line says that a process got SIGKILL.</summary>
    public bool SaysKilled(OutputLine line) => _killed.Exists(rule => rule.Match(line) is not null);

    /// <summary>The first rule that matches; null if none does.</summary>
    public CauseMatch? Match(OutputLine line) => _failures.Select(rule => rule.Match(line)).FirstOrDefault(match => match is not null);

    private static string[] ReadLines()
    {
        using var resource = typeof(CauseRules).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n');
    }
}
