using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests;

/// <summary>A class is passed over by the words that its text lacks; it must not be where another file gives it a process.</summary>
public sealed class VocabularyTests
{
    private const string Usings = "using System; using Xunit; using System.Collections.Generic;\n";

    [Theory]
    [InlineData("class Tests { [Fact] void Test() { Launcher.Launch(); } }", "static class Launcher { public static System.Diagnostics.Process Launch() => System.Diagnostics.Process.Start(\"server\"); }")]
    [InlineData("class Tests { [Fact] void Test() { P.Start(\"server\"); } }", "global using P = System.Diagnostics.Process;")]
    [InlineData("class Tests { [Fact] void Test() { Start(\"server\"); } }", "global using static System.Diagnostics.Process;")]
    [InlineData("class Tests : Base { public Tests() { _it = Launcher.Launch(); } }", "class Base { protected P _it; [Fact] public void Test() { } } static class Launcher { public static P Launch() => System.Diagnostics.Process.Start(\"server\"); }", "global using P = System.Diagnostics.Process;")]
    [InlineData("class Tests { [Fact] void Test() { var it = new Server(); it.Start(); } }", "class Server : System.Diagnostics.Process { }")]
    [InlineData("class Tests { [Fact] void Test() { var it = new Grandchild(); it.Start(); } }", "class Server : System.Diagnostics.Process { }", "class Grandchild : Server { }")]
    [InlineData("class Tests { [Fact] void Test() { foreach (var it in Launcher.All()) { } } }", "static class Launcher { public static List<System.Diagnostics.Process> All() => new() { System.Diagnostics.Process.Start(\"server\") }; }")]
    [InlineData("class Tests { [Fact] void Test(Holder holder) => holder.It.Kill(); }", "class Holder { public System.Diagnostics.Process It { get; } }")]
    public async Task A_class_without_the_word_is_judged(string testClass, params string[] others)
    {
        Assert.NotEmpty(await JudgeAsync(others, testClass));
    }

    [Fact]
    public async Task A_class_that_says_it_is_judged_and_a_class_that_never_could_is_not()
    {
        const string Launching = "class Tests { [Fact] void Test() { var it = Maker.Make(); it.Start(); } }";

        Assert.NotEmpty(await JudgeAsync(["static class Maker { public static System.Diagnostics.Process Make() => System.Diagnostics.Process.Start(\"server\"); }"], Launching));
        Assert.Empty(await JudgeAsync(["class Engine { public void Start() { } } static class Maker { public static Engine Make() => new(); }"], Launching));
    }

    private static async Task<IEnumerable<string>> JudgeAsync(string[] others, string testClass)
    {
        string[] sources = [testClass, .. others];
        var trees = sources.Select((source, i) => CSharpSyntaxTree.ParseText(source.StartsWith("global", StringComparison.Ordinal) ? source : Usings + source, path: $"File{i}.cs"))
            .Append(CSharpSyntaxTree.ParseText(Stubs.Of(Framework.XunitV2), path: "Framework.cs"));
        var compilation = CSharpCompilation.Create("Files", trees, Stubs.Runtime);
        return (await compilation.WithAnalyzers([new ProcessFlowAnalyzer()]).GetAnalyzerDiagnosticsAsync())
            .Where(found => found.Location.SourceTree?.FilePath == "File0.cs").Select(found => found.Id);
    }
}
