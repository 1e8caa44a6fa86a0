using TestReaper.Analyzers.Tests.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Robustness;

/// <summary>The rules keep out of everything that is no test project.</summary>
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

        Assert.Empty(await AllRules.JudgeAsync(AllRules.Compile(Suite.None, Source)));
        Assert.NotEmpty(await AllRules.JudgeAsync(AllRules.Compile(Suite.XunitV2, Source)));
    }

    /// <summary>Silence alone may still cost time: no rule may look at a single symbol, operation or node.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_registered()
    {
        var rules = AllRules.Create();
        var judged = Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzerExtensions.WithAnalyzers(AllRules.Compile(Suite.None, "public class A { public void B() => Process.Start(\"x\"); }"), rules);
        await judged.GetAnalyzerDiagnosticsAsync();

        foreach (var rule in rules)
        {
            var told = await judged.GetAnalyzerTelemetryInfoAsync(rule, CancellationToken.None);
            var registered = told.SymbolActionsCount + told.SymbolStartActionsCount + told.OperationActionsCount + told.OperationBlockActionsCount + told.OperationBlockStartActionsCount
                + told.SyntaxNodeActionsCount + told.SyntaxTreeActionsCount + told.SemanticModelActionsCount + told.CodeBlockActionsCount + told.CodeBlockStartActionsCount + told.CompilationEndActionsCount;
            Assert.True(registered == 0, $"{rule.GetType().Name} registers {registered} actions.");
        }
    }
}
