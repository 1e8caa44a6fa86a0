namespace TestReaper.Servers.Causes;

/// <summary>The table of <see cref="CauseFinder"/>, read from causes.txt, which describes its form.</summary>
internal sealed class CauseRules
{
    private const string FileName = "causes.txt";
    private static readonly Lazy<CauseRules> OfThisAssembly = new(() => new CauseRules(ReadLines()));
    private readonly CauseRuleSet _harmless = new(), _recovered = new(), _killed = new(), _strong = new(), _weak = new();

    /// <exception cref="FormatException">A line has no known form.</exception>
    public CauseRules(IEnumerable<string> lines)
    {
        var (rules, kind, summary, hint) = (_strong, FailureKind.Unknown, "", "");
        var parts = new Dictionary<string, string>();
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split(' ', 2);
            switch (words)
            {
                case ["define", var definition]:
                    parts.Add($"{{{definition.Split(' ')[0]}}}", definition.Split(' ', 2)[1]);
                    break;
                case ["harmless"]:
                    (rules, kind) = (_harmless, FailureKind.Unknown);
                    break;
                case ["recovered"]:
                    (rules, kind) = (_recovered, FailureKind.Unknown);
                    break;
                case ["killed"]:
                    (rules, kind) = (_killed, FailureKind.OutOfMemory);
                    break;
                case ["kind", var name]:
                    (rules, kind) = (_strong, Enum.Parse<FailureKind>(name));
                    break;
                case ["weak"]:
                    rules = _weak;
                    break;
                case ["summary", var text]:
                    summary = text;
                    break;
                case ["hint", var text]:
                    hint = text;
                    First.TryAdd(kind, new FailureCause(kind, summary, "", hint));
                    break;
                case ["", _]:
                    var pattern = parts.Aggregate(
                        line.Trim(), (text, part) => text.Replace(part.Key, part.Value, StringComparison.Ordinal));
                    rules.Add(new CauseRule(kind, pattern, summary, hint));
                    break;
                default:
                    throw new FormatException($"{FileName} has a line of no known form: {line}");
            }
        }
    }

    public static CauseRules Current => OfThisAssembly.Value;

    /// <summary>The summary and the first hint of each kind, without evidence.</summary>
    public Dictionary<FailureKind, FailureCause> First { get; } = [];

    /// <summary>Whether the server went on after this line, although it looks like a failure.</summary>
    public bool IsHarmless(OutputLine line) => _harmless.Match(line) is not null;

    /// <summary>Whether a line that is not an error by its level or its form says that the server went on.</summary>
    public bool SaysRecovered(OutputLine line) => _recovered.Match(line) is not null;

    /// <summary>Whether the line says that a process got SIGKILL.</summary>
    public bool SaysKilled(OutputLine line) => _killed.Match(line) is not null;

    /// <summary>The first rule that matches, without the weak ones; null if none does.</summary>
    public CauseMatch? Match(OutputLine line) => _strong.Match(line);

    /// <summary>The first weak rule that matches: its words often appear in lines of servers that went on.</summary>
    public CauseMatch? MatchWeak(OutputLine line) => _weak.Match(line);

    private static string[] ReadLines()
    {
        using var resource = typeof(CauseRules).Assembly.GetManifestResourceStream(FileName)!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n');
    }
}
