using System.Text.RegularExpressions;

namespace TestReaper.Servers.Ports;

/// <summary>The placeholders <c>{port}</c> and <c>{port:name}</c>.</summary>
internal static partial class PortTemplate
{
    /// <summary>The name of the port that <c>{port}</c> stands for.</summary>
    public const string DefaultName = "port";

    /// <summary>The names that the options use, each once, in order of appearance.</summary>
    public static IEnumerable<string> Names(ServerProcessOptions options)
    {
        string[] texts = [.. options.Arguments, .. options.Environment.Values.OfType<string>(), options.Endpoint?.OriginalString ?? ""];
        return texts.SelectMany(text => Placeholder().Matches(text)).Select(NameOf).Distinct();
    }

    /// <summary>Replaces the placeholders of known ports.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, int> ports) => Placeholder().Replace(
        text, match => ports.TryGetValue(NameOf(match), out var port) ? port.ToString(CultureInfo.InvariantCulture) : match.Value);

    private static string NameOf(Match match) => match.Groups["name"].Success ? match.Groups["name"].Value : DefaultName;

    [GeneratedRegex(@"\{port(:(?<name>[A-Za-z0-9_.-]+))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
