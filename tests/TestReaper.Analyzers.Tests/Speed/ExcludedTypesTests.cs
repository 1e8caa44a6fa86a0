using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Tests.Robustness;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>No analyzer binds the code of a type that the text excludes, and none makes the compiler do so.</summary>
/// <remarks>
/// The sources contain an error in code with escapes. The compiler reads an escape, the text search does not, so the error is reported if
/// and only if the type is bound for another reason.
/// </remarks>
public sealed class ExcludedTypesTests
{
    private const string Start = "public void Run() => Pr\\u006fcess.Start(\"server\");";
    private const string Create = "[Fact] public void Run() { _ = new \\u0053(); }";

    [Theory(Timeout = 60_000)]
    [InlineData(Start)]
    [InlineData("public int ProcessOrder() => 1; [Fact] public void A() => ProcessOrder(); " + Start)]
    [InlineData("private readonly Processor _p = new(); private void Skill() { } [Fact] public void A() { } " + Start)]
    [InlineData("[Fact] public async Task A() { await Task.Delay(1); Console.WriteLine(\"process\"); } " + Start)]
    [InlineData("// Not of a fixture named Server.\n" + Create)]
    public async Task A_type_without_the_words_is_not_bound(string members) => Assert.Empty(await AnalyzeAsync(members));

    [Theory(Timeout = 60_000)]
    [InlineData("TR0001", "[Fact] public void A() { Process.GetCurrentProcess(); } " + Start)]
    [InlineData("TR0001", "private readonly ProcessStartInfo _info = new(); " + Start)]
    [InlineData("TR0001", "private readonly Processor _p = new(); [Fact] public void A() => _p.Own(); " + Start)]
    [InlineData("TR0009", "private readonly S? _s; " + Create)]
    public async Task A_type_with_one_of_the_words_is_bound(string rule, string members) =>
        Assert.Equal(rule, Assert.Single(await AnalyzeAsync(members)));

    /// <summary>With one of these actions the compiler binds the whole project, and its telemetry does not count that time.</summary>
    [Fact(Timeout = 60_000)]
    public async Task No_analyzer_registers_an_action_that_makes_the_compiler_bind_all_types()
    {
        var rules = AllRules.Create();
        var compilation = AllRules.Compile(Suite.XunitV2, "public class Tests { [Fact] public void A() { Process.Start(\"server\"); } }");
        var analysis = compilation.WithAnalyzers(rules);
        await analysis.GetAnalyzerDiagnosticsAsync();

        foreach (var rule in rules)
        {
            var actions = await analysis.GetAnalyzerTelemetryInfoAsync(rule, CancellationToken.None);
            Assert.Equal(0, actions.OperationActionsCount + actions.OperationBlockActionsCount + actions.OperationBlockStartActionsCount);
            Assert.Equal(0, actions.CodeBlockActionsCount + actions.CodeBlockStartActionsCount + actions.SyntaxNodeActionsCount);
            Assert.Equal(0, actions.SymbolStartActionsCount);
        }
    }

    private static async Task<IEnumerable<string>> AnalyzeAsync(string members)
    {
        const string Others = """
            public abstract class F : ServerProcessFixture { }
            public class S : F { }
            public class Processor { public Process? Own() => null; }

            """;
        var reported = await AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, $"{Others} public class Tests {{ {members} }}"));
        return reported.Select(diagnostic => diagnostic.Id);
    }
}
