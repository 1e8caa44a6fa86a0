using TestReaper.Tests.PublicApi;
using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>The table of docs/presets.md has the facts that the presets are compared with.</summary>
public sealed class PresetPageTests
{
    private const string Head = "| Server | Sets | Value | Why | Source |\n| --- | --- | --- | --- | --- |\n";

    [Fact(Timeout = 30_000)]
    public async Task The_table_of_the_page_has_the_facts()
    {
        var path = PresetFacts.PathOf("docs/presets.md");
        var page = await File.ReadAllTextAsync(path);
        var start = page.IndexOf(Head, StringComparison.Ordinal);
        Assert.True(start > 0, "docs/presets.md has no table");
        var end = page.IndexOf("\n\n", start, StringComparison.Ordinal) is var found and > 0 ? found + 1 : page.Length;
        var expected = page[..start] + Head + string.Concat(PresetFacts.All.SelectMany(Rows)) + page[end..];
        if (Environment.GetEnvironmentVariable(ApiSnapshot.UpdateVariable) == "1")
        {
            await File.WriteAllTextAsync(path, expected);
            return;
        }

        Assert.True(expected == page, $"docs/presets.md differs from presets.json. Run: {ApiSnapshot.UpdateVariable}=1 dotnet test");
    }

    private static IEnumerable<string> Rows(PresetFacts facts) =>
        from fact in facts.Settings
        let links = string.Join(", ", fact.Source.Select(key => Link(facts, key)))
        select $"| {facts.Server} | {fact.Setting} | `{fact.Value}` | {fact.Why} | {links} |\n";

    // Without a commit several versions were read, and the newest one is linked.
    private static string Link(PresetFacts facts, string key) =>
        facts.Sources[key] is var source
            ? $"[{Path.GetFileName(source.File)}](https://github.com/{facts.Repository}/blob/{source.Commit ?? "HEAD"}/{source.File})"
            : "";
}
