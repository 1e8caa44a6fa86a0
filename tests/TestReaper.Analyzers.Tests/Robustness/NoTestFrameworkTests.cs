using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Robustness;

/// <summary>The rules do nothing in a project without a test framework.</summary>
public sealed class NoTestFrameworkTests
{
    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_reported()
    {
        const string Source = """
            public class Deployment
            {
                private static Process? _process;

                public static void Run()
                {
                    Process.Start("docker", "run -d redis");
                    _process = Process.Start("server");
                    _process.Kill();
                    using var other = new Process();
                    other.Start();
                    throw new InvalidOperationException();
                }
            }
            """;

        Assert.Empty(await AllRules.AnalyzeAsync(AllRules.Compile(Suite.None, Source)));
        Assert.NotEmpty(await AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, Source)));
    }

    /// <summary>A rule that reports nothing can still cost time, so no rule may register an action.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_registered()
    {
        var rules = AllRules.Create();
        var compilation = AllRules.Compile(Suite.None, "public class A { public void B() => Process.Start(\"x\"); }");
        var analysis = compilation.WithAnalyzers(rules);
        await analysis.GetAnalyzerDiagnosticsAsync();

        foreach (var rule in rules)
        {
            var info = await analysis.GetAnalyzerTelemetryInfoAsync(rule, CancellationToken.None);
            var registered = info.SymbolActionsCount + info.SymbolStartActionsCount
                + info.OperationActionsCount + info.OperationBlockActionsCount + info.OperationBlockStartActionsCount
                + info.SyntaxNodeActionsCount + info.SyntaxTreeActionsCount + info.SemanticModelActionsCount
                + info.CodeBlockActionsCount + info.CodeBlockStartActionsCount + info.CompilationEndActionsCount;
            Assert.True(registered == 0, $"{rule.GetType().Name} registers {registered} actions.");
        }
    }
}
