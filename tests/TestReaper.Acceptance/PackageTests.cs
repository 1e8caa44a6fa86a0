using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>The metadata that nuget.org shows for each package.</summary>
public sealed partial class PackageTests(Workspace workspace) : IClassFixture<Workspace>
{
    private const string Repository = "https://github.com/testreaper/testreaper";

    [Theory(Timeout = 300_000)]
    [InlineData("TestReaper")]
    [InlineData("TestReaper.Xunit")]
    [InlineData("TestReaper.Xunit.V3")]
    [InlineData("TestReaper.NUnit")]
    [InlineData("TestReaper.Tool")]
    [InlineData("TestReaper.Analyzers")]
    public async Task A_package_has_a_readme_of_its_own_whose_links_are_absolute(string package)
    {
        await using var archive = await OpenAsync(package);
        var readme = await ReadAsync(archive, Metadata(archive).Element("readme")!);

        Assert.StartsWith($"# {(package == "TestReaper.Tool" ? "testreaper" : package)}\n", readme, StringComparison.Ordinal);
        var links = Link().Matches(readme).Select(match => match.Groups["target"].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith("https://", link, StringComparison.Ordinal));
    }

    [Theory(Timeout = 300_000)]
    [InlineData("TestReaper")]
    [InlineData("TestReaper.Xunit")]
    [InlineData("TestReaper.Xunit.V3")]
    [InlineData("TestReaper.NUnit")]
    [InlineData("TestReaper.Tool")]
    [InlineData("TestReaper.Analyzers")]
    public async Task A_package_has_an_icon_and_links_to_its_repository_and_changelog(string package)
    {
        await using var archive = await OpenAsync(package);
        var metadata = Metadata(archive);

        Assert.NotNull(archive.GetEntry(metadata.Element("icon")!));
        Assert.Equal(Repository, metadata.Element("projectUrl"));
        Assert.Equal($"{Repository}/blob/main/CHANGELOG.md", metadata.Element("releaseNotes"));
        Assert.Equal("git", metadata.Repository.Attribute("type")?.Value);
        Assert.Equal(Repository, metadata.Repository.Attribute("url")?.Value);
    }

    private Task<ZipArchive> OpenAsync(string package) =>
        ZipFile.OpenReadAsync(Path.Combine(workspace.Root, "feed", package + ".0.1.0.nupkg"));

    private static Nuspec Metadata(ZipArchive archive)
    {
        using var stream = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return new Nuspec(XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata"));
    }

    private static async Task<string> ReadAsync(ZipArchive archive, string name)
    {
        await using var stream = await archive.GetEntry(name)!.OpenAsync();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)")]
    private static partial Regex Link();

    private sealed record Nuspec(XElement Metadata)
    {
        public XElement Repository => Metadata.Elements().Single(element => element.Name.LocalName == "repository");

        public string? Element(string name) => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
    }
}
