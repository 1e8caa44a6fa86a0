using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Tests.Robustness;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>Whoever follows a diagnostic's link finds its page, and the table of all rules says the same as the rules.</summary>
public sealed class RuleTableTests
{
    public static TheoryData<string> Ids() => [.. Descriptors().Select(descriptor => descriptor.Id)];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Ids))]
    public async Task A_rule_has_its_page_and_its_row(string id)
    {
        var descriptor = Descriptors().Single(one => one.Id == id);
        var page = await File.ReadAllTextAsync(Path.Combine(Directory(), "Rules", id + ".md"));
        var table = await File.ReadAllLinesAsync(Path.Combine(Directory(), "README.md"));

        Assert.EndsWith($"/src/TestReaper.Analyzers/Rules/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        Assert.StartsWith($"# {id}: ", page, StringComparison.Ordinal);
        Assert.Contains("suppress", page, StringComparison.OrdinalIgnoreCase);
        var row = Assert.Single(table, line => line.StartsWith($"| [{id}](Rules/{id}.md) |", StringComparison.Ordinal));
        Assert.Contains($"| {descriptor.DefaultSeverity.ToString().ToLowerInvariant()} |", row, StringComparison.Ordinal);
    }

    private static ImmutableArray<DiagnosticDescriptor> Descriptors() =>
        [.. AllRules.Create().Where(rule => rule is not DiagnosticSuppressor).SelectMany(rule => rule.SupportedDiagnostics).DistinctBy(descriptor => descriptor.Id)];

    private static string Directory([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../src/TestReaper.Analyzers"));
}
