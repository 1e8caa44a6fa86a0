using System.Runtime.CompilerServices;
using TestReaper.Servers.Causes;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The page about causes has the summaries and hints of the code.</summary>
public sealed class CauseDocumentationTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_page_has_a_row_for_each_kind()
    {
        var page = await File.ReadAllLinesAsync(PagePath());
        foreach (var cause in CauseRules.Current.First.Values)
        {
            var row = Assert.Single(page, line => line.StartsWith($"| `{cause.Kind}` | ", StringComparison.Ordinal));

            Assert.Contains($" | {cause.Summary} | ", row, StringComparison.Ordinal);
            Assert.EndsWith($" | {cause.Hint} |", row, StringComparison.Ordinal);
        }

        Assert.Equal(Enum.GetValues<FailureKind>().Length, page.Count(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }

    private static string PagePath([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../../docs/failure-causes.md"));
}
