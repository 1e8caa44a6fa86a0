using System.Reflection;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class PageTests
{
    private static readonly string PagesFolder = Path.Combine(AppContext.BaseDirectory, "Pages");

    public static TheoryData<string> Ids() => [.. All().Select(descriptor => descriptor.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_and_its_page_have_the_same_title_and_severity(string id)
    {
        var descriptor = All().Single(known => known.Id == id);
        var file = Path.Combine(PagesFolder, id + ".md");
        var page = File.ReadAllText(file);
        var severity = descriptor.DefaultSeverity.ToString().ToLowerInvariant();
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\nSeverity: {severity}.", page, StringComparison.Ordinal);
        Assert.EndsWith($"/src/TestReaper.Analyzers/Rules/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        Assert.All(
            ["## What", "## Why", "## Leaks", "## Fixed", "## Options", "## When to suppress"],
            heading => Assert.Contains(heading, page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_has_a_row_in_the_table_of_the_readme(string id)
    {
        var start = $"| [{id}](Rules/{id}.md) |";
        var lines = File.ReadAllLines(Path.Combine(PagesFolder, "README.md"));
        var row = Assert.Single(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        var severity = All().Single(known => known.Id == id).DefaultSeverity.ToString().ToLowerInvariant();
        Assert.Equal(severity, row.Split('|', StringSplitOptions.TrimEntries)[3]);
    }

    private static IEnumerable<DiagnosticDescriptor> All() => typeof(ProcessFlowAnalyzer).Assembly
        .GetType("TestReaper.Analyzers.Descriptors")!
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (DiagnosticDescriptor)field.GetValue(null)!);
}
