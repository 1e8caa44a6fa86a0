using System.Text.RegularExpressions;

namespace TestReaper.Servers.Ports;

/// <summary>The placeholders <c>{port}</c>, <c>{port:name}</c>, <c>{port+1}</c> and <c>{port:name+1}</c>.</summary>
internal static partial class PortTemplate
{
    /// <summary>The name of the port that <c>{port}</c> stands for.</summary>
    public const string DefaultName = "port";

    private const string Pattern = @"\{port(:(?<name>[A-Za-z0-9_.-]+))?(\+(?<offset>[0-9]+))?\}";

    /// <summary>The names that the options use, each once, in order of appearance.</summary>
    public static IEnumerable<string> Names(ServerProcessOptions options) => FindUses(options).Select(use => use.Name).Distinct();

    /// <summary>The placeholders in the options: the name of the port, and what is added to it.</summary>
    public static IEnumerable<(string Name, int Offset)> FindUses(ServerProcessOptions options)
    {
        string[] texts = [.. options.Arguments, .. options.Environment.Values.OfType<string>(), options.Endpoint?.OriginalString ?? ""];
        return texts.SelectMany(text => Placeholder().Matches(text))
            .Concat(options.Files.Values.SelectMany(content => PlaceholderInFile().Matches(content)))
            .Select(Read);
    }

    /// <summary>Replaces the placeholders of known ports.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, int> ports) =>
        Placeholder().Replace(text, match => Find(match, ports));

    /// <summary>The same in the content of a file, where <c>${port}</c> and <c>{{port}}</c> are variables of another program.</summary>
    public static string ExpandContent(string text, IReadOnlyDictionary<string, int> ports) =>
        PlaceholderInFile().Replace(text, match => Find(match, ports));

    /// <summary>The placeholder as text.</summary>
    public static string Write((string Name, int Offset) use) =>
        $"{{port{(use.Name == DefaultName ? "" : $":{use.Name}")}{(use.Offset == 0 ? "" : $"+{use.Offset}")}}}";

    private static string Find(Match match, IReadOnlyDictionary<string, int> ports) =>
        Read(match) is var (name, offset) && ports.TryGetValue(name, out var port)
            ? (port + offset).ToString(CultureInfo.InvariantCulture)
            : match.Value;

    // A number that is too large is refused by PortRequest, whatever its exact value.
    private static (string Name, int Offset) Read(Match match)
    {
        var (name, offset) = (match.Groups["name"], match.Groups["offset"]);
        return (
            name.Success ? name.Value : DefaultName,
            !offset.Success ? 0
                : int.TryParse(offset.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : int.MaxValue);
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex("(?<![{$])" + Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderInFile();
}
