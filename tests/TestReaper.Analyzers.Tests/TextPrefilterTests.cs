using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests;

/// <summary>A class without the word "Process" is analyzed if another file can give it a process.</summary>
public sealed class TextPrefilterTests
{
    private const string Usings = "using System; using Xunit; using System.Collections.Generic;\n";
    private const string Alias = "global using P = System.Diagnostics.Process;";

    private const string Launcher = """
        static class Launcher { public static System.Diagnostics.Process Launch() => System.Diagnostics.Process.Start("server"); }
        """;

    private const string ListLauncher = """
        static class Launcher
        {
            public static List<System.Diagnostics.Process> All() => new() { System.Diagnostics.Process.Start("server") };
        }
        """;

    private const string AliasLauncher = """
        class Base { protected P _it; [Fact] public void Test() { } }
        static class Launcher { public static P Launch() => System.Diagnostics.Process.Start("server"); }
        """;

    [Theory]
    [InlineData("class Tests { [Fact] void Test() { Launcher.Launch(); } }", Launcher)]
    [InlineData("class Tests { [Fact] void Test() { P.Start(\"server\"); } }", Alias)]
    [InlineData("class Tests { [Fact] void Test() { Start(\"server\"); } }", "global using static System.Diagnostics.Process;")]
    [InlineData("class Tests : Base { public Tests() { _it = Launcher.Launch(); } }", AliasLauncher, Alias)]
    [InlineData(
        "class Tests { [Fact] void Test() { var it = new Server(); it.Start(); } }",
        "class Server : System.Diagnostics.Process { }")]
    [InlineData(
        "class Tests { [Fact] void Test() { var it = new Grandchild(); it.Start(); } }",
        "class Server : System.Diagnostics.Process { }",
        "class Grandchild : Server { }")]
    [InlineData("class Tests { [Fact] void Test() { foreach (var it in Launcher.All()) { } } }", ListLauncher)]
    [InlineData(
        "class Tests { [Fact] void Test(Holder holder) => holder.It.Kill(); }",
        "class Holder { public System.Diagnostics.Process It { get; } }")]
    public async Task A_class_without_the_word_is_analyzed(string testClass, params string[] others)
    {
        Assert.NotEmpty(await AnalyzeAsync(others, testClass));
    }

    [Fact]
    public async Task A_class_without_the_word_is_analyzed_only_if_it_can_hold_a_process()
    {
        const string Launching = "class Tests { [Fact] void Test() { var it = Launcher.Launch(); it.Start(); } }";
        const string Other = "class Engine { public void Start() { } } static class Launcher { public static Engine Launch() => new(); }";

        Assert.NotEmpty(await AnalyzeAsync([Launcher], Launching));
        Assert.Empty(await AnalyzeAsync([Other], Launching));
    }

    private static async Task<IEnumerable<string>> AnalyzeAsync(string[] others, string testClass)
    {
        string[] sources = [testClass, .. others];
        var trees = sources.Select((source, i) => CSharpSyntaxTree.ParseText(AddUsings(source), path: $"File{i}.cs"))
            .Append(CSharpSyntaxTree.ParseText(Stubs.ReadSource(Framework.XunitV2), path: "Framework.cs"));
        var compilation = CSharpCompilation.Create("Files", trees, Stubs.Runtime);
        return (await compilation.WithAnalyzers([new ProcessFlowAnalyzer()]).GetAnalyzerDiagnosticsAsync())
            .Where(found => found.Location.SourceTree?.FilePath == "File0.cs")
            .Select(found => found.Id);
    }

    private static string AddUsings(string source) => source.StartsWith("global", StringComparison.Ordinal) ? source : Usings + source;
}
