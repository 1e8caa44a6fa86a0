using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>Every package brings the analyzers exactly once and without any configuration.</summary>
public sealed class AnalyzerPackageTests(Workspace workspace) : IClassFixture<Workspace>
{
    private const string Xunit2 = "xunit 2.9.3", Xunit3 = "xunit.v3.extensibility.core 4.0.2", NUnit = "NUnit 4.6.1";
    private const string V2 = "TestReaper.Xunit 0.1.0", V3 = "TestReaper.Xunit.V3 0.1.0", ForNUnit = "TestReaper.NUnit 0.1.0";
    private const string Core = "TestReaper 0.1.0", Rules = "TestReaper.Analyzers 0.1.0";

    [Fact(Timeout = 300_000)]
    public Task A_package_brings_the_rules_once_and_registers_the_framework() =>
        CheckAsync("ConsumerV2", "TestReaper.Xunit", "Fact", Xunit2, V2);

    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [InlineData("ConsumerV3", "TestReaper.Xunit", "Fact", Xunit3, V3)]
    [InlineData("ConsumerNUnit", "TestReaper.NUnit", "Test", NUnit, ForNUnit)]
    [InlineData("ConsumerOfTwo", "TestReaper.Xunit", "Fact", Xunit2, Core, V2)]
    public Task Each_package_brings_the_rules_once(string name, string package, string test, params string[] references) =>
        CheckAsync(name, package, test, references);

    [Fact(Timeout = 300_000)]
    [Trait("Category", "Full")]
    public async Task A_package_that_depends_on_one_of_ours_brings_the_rules()
    {
        const string Server = """
            public class Server : TestReaper.Xunit.ServerProcessFixture
            {
                protected override TestReaper.ServerProcessOptions CreateOptions() => new() { FileName = "server" };
            }
            """;
        await workspace.BuildAsync("Middle", Project(isPackable: true, V2), Server, isPackage: true);
        Assert.True(File.Exists(Path.Combine(workspace.Root, "feed", "Middle.1.0.0.nupkg")));

        await CheckAsync("ConsumerOfMiddle", "TestReaper.Xunit", "Fact", Xunit2, "Middle 1.0.0");
    }

    [Fact(Timeout = 300_000)]
    [Trait("Category", "Full")]
    public async Task The_core_alone_brings_the_rules_to_a_test_project_and_reports_nothing_in_other_projects()
    {
        const string Source = """
            public class Deployment { public void Run() => System.Diagnostics.Process.Start("docker", "run -d redis"); }
            """;
        var (_, inTests) = await workspace.BuildAsync("CoreInTests", Project(isPackable: false, Core, Xunit2), Source);
        var (_, inApp) = await workspace.BuildAsync("CoreInApp", Project(isPackable: false, Core), Source);

        Assert.Single(Regex.Matches(inTests, "TR0011:"));
        Assert.DoesNotContain("TR0", inApp, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    [Trait("Category", "Full")]
    public async Task The_analyzers_alone_check_bare_processes_and_register_nothing()
    {
        const string Source = "public class Tests { [Xunit.Fact] public void One() { System.Diagnostics.Process.Start(\"server\"); } }";
        var (directory, output) = await workspace.BuildAsync("ConsumerOfRules", Project(isPackable: false, Xunit2, Rules), Source);

        Assert.Single(Regex.Matches(output, "TR0001:"));
        Assert.Empty(FindRegistrations(directory));
    }

    /// <summary>By default, NuGet excludes the analyzers of a dependency.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("TestReaper")]
    [InlineData("TestReaper.Xunit")]
    [InlineData("TestReaper.Xunit.V3")]
    [InlineData("TestReaper.NUnit")]
    public async Task A_package_depends_on_the_analyzers_and_excludes_none_of_their_assets(string package)
    {
        await using var archive = await OpenAsync(package);
        await using var nuspec = await archive.GetEntry(package + ".nuspec")!.OpenAsync();
        var document = await XDocument.LoadAsync(nuspec, LoadOptions.None, CancellationToken.None);
        var dependencies = document.Descendants().Where(element => element.Name.LocalName == "dependency");
        var dependency = Assert.Single(dependencies, element => element.Attribute("id")?.Value == "TestReaper.Analyzers");

        Assert.Equal("All", dependency.Attribute("include")?.Value);
        Assert.Null(dependency.Attribute("exclude"));
        Assert.DoesNotContain(archive.Entries, entry => entry.FullName.StartsWith("analyzers/", StringComparison.Ordinal));
    }

    /// <summary>A compiler ignores an analyzer that was built against a newer Roslyn. SDK 8.0.100 has Roslyn 4.8.</summary>
    [Fact(Timeout = 60_000)]
    public async Task The_compiler_of_SDK_8_can_load_the_analyzers()
    {
        await using var archive = await OpenAsync("TestReaper.Analyzers");
        var files = archive.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).ToList();

        Assert.Equal(
            ["analyzers/dotnet/cs/TestReaper.Analyzers.dll", "analyzers/dotnet/cs/TestReaper.CodeFixes.dll"],
            files.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        Assert.All(files, entry => Assert.All(References(entry), reference =>
        {
            var newest = reference.Name switch
            {
                "netstandard" => new Version(2, 0, 0, 0),
                "Microsoft.CodeAnalysis" or "Microsoft.CodeAnalysis.CSharp" => new Version(4, 8, 0, 0),
                "Microsoft.CodeAnalysis.Workspaces" or "Microsoft.CodeAnalysis.CSharp.Workspaces" => new Version(4, 8, 0, 0),
                "System.Collections.Immutable" or "System.Composition.AttributedModel" => new Version(7, 0, 0, 0),
                _ => new Version(0, 1, 0, 0),
            };
            Assert.True(reference.Version <= newest, $"{entry.Name} references {reference.Name} {reference.Version}");
        }));
    }

    private Task<ZipArchive> OpenAsync(string package) =>
        ZipFile.OpenReadAsync(Path.Combine(workspace.Root, "feed", package + ".0.1.0.nupkg"));

    private async Task CheckAsync(string name, string package, string test, params string[] references)
    {
        var source = $$"""
            using {{(package == "TestReaper.NUnit" ? "NUnit.Framework" : "Xunit")}};
            using {{package}};

            [AssertReaped(0)]
            public class Tests
            {
                [{{test}}]
                public void One() { }
            }
            """;
        var (directory, output) = await workspace.BuildAsync(name, Project(isPackable: false, references), source);

        Assert.True(Regex.Count(output, "TR0010:") == 1, output);
        Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS8032", output, StringComparison.Ordinal);
        var registration = Assert.Single(FindRegistrations(directory));
        Assert.Contains("[assembly: ", await File.ReadAllTextAsync(registration), StringComparison.Ordinal);
    }

    private static string[] FindRegistrations(string directory) =>
        Directory.GetFiles(Path.Combine(directory, "obj"), "TestReaper.Registration.g.cs", SearchOption.AllDirectories);

    private static string Project(bool isPackable, params string[] references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <IsPackable>{isPackable}</IsPackable>
            <NuGetAudit>false</NuGetAudit>
            <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
            <NoWarn>$(NoWarn);NU5128</NoWarn>
          </PropertyGroup>
          <ItemGroup>
            {string.Concat(references.Select(Reference))}
          </ItemGroup>
        </Project>
        """;

    private static string Reference(string package) =>
        $"<PackageReference Include=\"{package.Split(' ')[0]}\" Version=\"{package.Split(' ')[1]}\" />";

    private static List<(string Name, Version Version)> References(ZipArchiveEntry entry)
    {
        using var image = new MemoryStream();
        using (var stream = entry.Open())
        {
            stream.CopyTo(image);
        }

        image.Position = 0;
        using var file = new PEReader(image);
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(metadata.GetAssemblyReference)
            .Select(reference => (metadata.GetString(reference.Name), reference.Version))];
    }
}
