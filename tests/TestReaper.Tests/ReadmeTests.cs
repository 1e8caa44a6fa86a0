using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace TestReaper.Tests;

/// <summary>The README's code is the samples' code, which is compiled and run.</summary>
public sealed partial class ReadmeTests
{
    private const int MaxLines = 150;

    [Fact(Timeout = 30_000)]
    public async Task Every_csharp_block_of_the_readme_stands_in_a_sample()
    {
        var samples = await Task.WhenAll(Directory.GetFiles(Path.Combine(Root(), "samples"), "*.cs", SearchOption.AllDirectories).Select(file => File.ReadAllTextAsync(file)));
        var blocks = CSharpBlock().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "README.md")));

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(samples, sample => sample.Contains(block.Groups["code"].Value, StringComparison.Ordinal)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_relative_link_of_the_readmes_leads_to_a_file()
    {
        foreach (var readme in (string[])["README.md", Path.Combine("src", "TestReaper", "README.md"), "CONTRIBUTING.md"])
        {
            var path = Path.Combine(Root(), readme);
            var links = Link().Matches(await File.ReadAllTextAsync(path)).Select(match => match.Groups["target"].Value);
            Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, link)), $"{readme} links to {link}"));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task The_readme_is_short() => Assert.InRange((await File.ReadAllLinesAsync(Path.Combine(Root(), "README.md"))).Length, 1, MaxLines);

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)#]+)\)")]
    private static partial Regex Link();
}
