using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>The facts of src/TestReaper/Servers/Presets/presets.json: what each preset sets, why, and where that was read.</summary>
public sealed record PresetFacts(
    string Preset,
    string Server,
    string Repository,
    IReadOnlyDictionary<string, PresetFacts.SourceFile> Sources,
    IReadOnlyList<PresetFacts.Fact> Settings)
{
    /// <summary>Stands for the model in the facts.</summary>
    public const string Model = "{model}";

    /// <summary>The setting of a fact that says why a preset leaves an option or a variable out.</summary>
    public const string NotSet = "Not set";

    private const string Removed = " removed";

    public static IReadOnlyList<PresetFacts> All { get; } = JsonSerializer.Deserialize<Document>(
        File.ReadAllText(PathOf("src/TestReaper/Servers/Presets/presets.json")), JsonSerializerOptions.Web)!.Presets;

    /// <summary>The names of the methods of <see cref="ServerPresets"/>.</summary>
    public static IEnumerable<string> Names => Methods.Select(method => method.Name);

    private static IEnumerable<MethodInfo> Methods =>
        typeof(ServerPresets).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly);

    public static PresetFacts Of(string preset) => All.Single(facts => facts.Preset == preset);

    /// <summary>The preset of this name.</summary>
    public static ServerProcessOptions Create(string preset, string model = Model)
    {
        var method = Methods.Single(method => method.Name == preset);
        object[] arguments = method.GetParameters().Length == 0 ? [] : [model];
        return (ServerProcessOptions)method.Invoke(null, arguments)!;
    }

    /// <summary>The values of one setting.</summary>
    public IEnumerable<string> Values(string setting) => Settings.Where(fact => fact.Setting == setting).Select(fact => fact.Value);

    /// <summary>The changes of the environment, one variable each: a fact may name several that are removed for the same reason.</summary>
    public IEnumerable<string> Variables() =>
        from value in Values("Environment")
        from one in value.EndsWith(Removed, StringComparison.Ordinal)
            ? value[..^Removed.Length].Split(", ").Select(name => name + Removed)
            : [value]
        select one;

    public static string PathOf(string file, [CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", "..", "..", file));

    /// <param name="Setting">A property of the options, Command for program and arguments, or <see cref="NotSet"/>.</param>
    /// <param name="Value">As <see cref="PresetText"/> writes it.</param>
    /// <param name="Why">Empty if it needs no reason.</param>
    /// <param name="Source">Keys of <see cref="Sources"/>.</param>
    public sealed record Fact(string Setting, string Value, string Why, IReadOnlyList<string> Source);

    public sealed record SourceFile(string File, string? Commit);

    private sealed record Document(IReadOnlyList<PresetFacts> Presets);
}
