using Xunit;

namespace TestReaper.Analyzers.Tests;

/// <summary>A snippet of Cases/TRxxxx.txt: its name says whether the rule reports.</summary>
public sealed record Snippet(string Name, Framework Framework, string? Options, string Source)
{
    public override string ToString() => Name;

    public static IEnumerable<string> NamesOf(string rule) => Read(rule).Select(found => found.Name);

    public static Snippet Of(string rule, string name) => Read(rule).Single(found => found.Name == name);

    private static IEnumerable<Snippet> Read(string rule) =>
        from part in File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", rule + ".txt")).Split("=== ", StringSplitOptions.RemoveEmptyEntries)
        let end = part.IndexOf('\n', StringComparison.Ordinal)
        let words = part[..end].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        select new Snippet(words[0], words.Length > 1 ? Enum.Parse<Framework>(words[1]) : Framework.XunitV2, words.Length > 2 ? words[2] : null, part[(end + 1)..]);
}
