using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>Installing a package activates the analyzer rules exactly once, without any setup.</summary>
public sealed class AnalyzerPackageTests(Workspace workspace) : IClassFixture<Workspace>
{
    private const string Xunit2 = "xunit 2.9.3", Xunit3 = "xunit.v3.extensibility.core 4.0.2", NUnit = "NUnit 4.6.1";
    private const string V2 = "TestReaper.Xunit 0.1.0", V3 = "TestReaper.Xunit.V3 0.1.0";
    private const string ForNUnit = "TestReaper.NUnit 0.1.0", Core = "TestReaper 0.1.0";

    [Fact(Timeout = 300_000)]
    public Task A_package_brings_the_rules_once_and_registers_the_framework() =>
        AssertRulesWorkAsync("ConsumerV2", "TestReaper.Xunit", "Fact", Xunit2, V2);

    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [InlineData("ConsumerV3", "TestReaper.Xunit", "Fact", Xunit3, V3)]
    [InlineData("ConsumerNUnit", "TestReaper.NUnit", "Test", NUnit, ForNUnit)]
    [InlineData("ConsumerOfTwo", "TestReaper.Xunit", "Fact", Xunit2, Core, V2)]
    public Task Each_package_brings_the_rules_once(string name, string package, string test, params string[] references) =>
        AssertRulesWorkAsync(name, package, test, references);

    [Fact(Timeout = 300_000)]
    [Trait("Category", "Full")]
    public async Task A_transitive_package_brings_the_rules()
    {
        const string Server = """
            public class Server : TestReaper.Xunit.ServerProcessFixture
            {
                protected override TestReaper.ServerProcessOptions CreateOptions() => new() { FileName = "server" };
            }
            """;
        await workspace.BuildAsync("Middle", CreateProject(isPackable: true, V2), Server, isPackage: true);
        Assert.True(File.Exists(Path.Combine(workspace.Root, "feed", "Middle.1.0.0.nupkg")));

        await AssertRulesWorkAsync("ConsumerOfMiddle", "TestReaper.Xunit", "Fact", Xunit2, "Middle 1.0.0");
    }

    [Fact(Timeout = 300_000)]
    [Trait("Category", "Full")]
    public async Task The_core_package_activates_the_rules_in_test_projects_only()
    {
        const string Source =
            "public class Deployment { public void Run() => System.Diagnostics.Process.Start(\"docker\", \"run -d redis\"); }";
        var (_, inTests) = await workspace.BuildAsync("CoreInTests", CreateProject(isPackable: false, Core, Xunit2), Source);
        var (_, inApp) = await workspace.BuildAsync("CoreInApp", CreateProject(isPackable: false, Core), Source);

        Assert.Single(Regex.Matches(inTests, "TR0011:"));
        Assert.DoesNotContain("TR0", inApp, StringComparison.Ordinal);
    }

    /// <summary>A compiler ignores an analyzer that was built against a newer compiler. SDK 8.0.100 contains version 4.8.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("TestReaper")]
    [InlineData("TestReaper.Xunit")]
    [InlineData("TestReaper.Xunit.V3")]
    [InlineData("TestReaper.NUnit")]
    public async Task The_compiler_of_SDK_8_can_load_the_analyzers_of_a_package(string package)
    {
        await using var archive = await ZipFile.OpenReadAsync(Path.Combine(workspace.Root, "feed", package + ".0.1.0.nupkg"));
        var analyzers = archive.Entries
            .Where(entry => entry.FullName.StartsWith("analyzers/dotnet/cs/", StringComparison.Ordinal))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ToList();

        Assert.Equal(["TestReaper.Analyzers.dll", "TestReaper.CodeFixes.dll"], analyzers.Select(entry => entry.Name));
        Assert.All(analyzers, entry => Assert.All(ReadReferences(entry), reference =>
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

    private async Task AssertRulesWorkAsync(string name, string package, string test, params string[] references)
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
        var (directory, output) = await workspace.BuildAsync(name, CreateProject(isPackable: false, references), source);

        Assert.True(Regex.Count(output, "TR0010:") == 1, output);
        Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS8032", output, StringComparison.Ordinal);
        var registration = Assert.Single(
            Directory.GetFiles(Path.Combine(directory, "obj"), "TestReaper.Registration.g.cs", SearchOption.AllDirectories));
        Assert.Contains("[assembly: ", await File.ReadAllTextAsync(registration), StringComparison.Ordinal);
    }

    private static string CreateProject(bool isPackable, params string[] references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <IsPackable>{isPackable}</IsPackable>
            <NuGetAudit>false</NuGetAudit>
            <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
            <NoWarn>$(NoWarn);NU5128</NoWarn>
          </PropertyGroup>
          <ItemGroup>
            {string.Concat(references.Select(reference => reference.Split(' ')).Select(CreatePackageReference))}
          </ItemGroup>
        </Project>
        """;

    private static string CreatePackageReference(string[] package) =>
        $"<PackageReference Include=\"{package[0]}\" Version=\"{package[1]}\" />";

    private static List<(string Name, Version Version)> ReadReferences(ZipArchiveEntry entry)
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
