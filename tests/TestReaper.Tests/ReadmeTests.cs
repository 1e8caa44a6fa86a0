using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace TestReaper.Tests;

/// <summary>
/// Code blocks in READMEs and in docs are copies of code in the samples, which is compiled and run. Links in them lead to files.
/// </summary>
public sealed partial class ReadmeTests
{
    private const int MaxLines = 150;
    private const string OnGitHub = "https://github.com/testreaper/testreaper/blob/main/";

    public static TheoryData<string> Packed => [.. Find("src", "PACKAGE.md")];

    public static TheoryData<string> Pages => [.. Find("docs", "*.md")];

    public static TheoryData<string> WithRelativeLinks =>
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "src/TestReaper/README.md", "src/TestReaper.Analyzers/README.md",
        .. Find("docs", "*.md"),
    ];

    [Theory(Timeout = 30_000)]
    [InlineData("README.md")]
    [MemberData(nameof(Packed))]
    [MemberData(nameof(Pages))]
    public async Task Every_csharp_block_of_a_readme_is_in_a_sample(string readme)
    {
        var files = Directory.GetFiles(Path.Combine(Root(), "samples"), "*.cs", SearchOption.AllDirectories);
        var samples = (await Task.WhenAll(files.Select(file => File.ReadAllTextAsync(file)))).Select(WithoutIndentation).ToList();

        var blocks = CSharpBlock().Matches(await ReadAsync(readme)).Select(match => WithoutIndentation(match.Groups["code"].Value));

        Assert.All(blocks, block => Assert.Contains(samples, sample => sample.Contains(block, StringComparison.Ordinal)));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_readme_shows_code() => Assert.Matches(CSharpBlock(), await ReadAsync("README.md"));

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(WithRelativeLinks))]
    public async Task Every_relative_link_leads_to_a_file(string readme)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root(), readme))!;
        var links = RelativeLink().Matches(await ReadAsync(readme)).Select(match => match.Groups["target"].Value);

        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(folder, link)), $"{readme} links to {link}"));
    }

    /// <summary>nuget.org shows these files, and relative links do not work there.</summary>
    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Packed))]
    public async Task A_packed_readme_has_only_absolute_links(string readme)
    {
        var text = await ReadAsync(readme);

        Assert.DoesNotMatch(RelativeLink(), text);
        var files = LinkToRepository().Matches(text).Select(match => match.Groups["file"].Value).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Root(), file)), $"{readme} links to {OnGitHub}{file}"));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_readme_is_short() => Assert.InRange((await ReadAsync("README.md")).AsSpan().Count('\n'), 1, MaxLines);

    // A block may show a member or some statements.
    private static string WithoutIndentation(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Root(), file));

    private static IEnumerable<string> Find(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(Root(), folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root(), file));

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)#]+)(#[^)]*)?\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"\]\(" + OnGitHub + "(?<file>[^)#]+)")]
    private static partial Regex LinkToRepository();
}
