using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Rules;
using TestReaper.Analyzers.Tests.Robustness;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>
/// Diagnostics of other analyzers about processes that TestReaper reaps. A stub stands in for these analyzers: it reports each call or
/// each variable.
/// </summary>
public sealed class OwnedProcessSuppressorTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("CA2000", "var process = Start(new ProcessStartInfo(\"x\"));")]
    [InlineData("CA2000", "var process = Track(Process.Start(\"x\"));")]
    [InlineData("CA2000", "var process = new ProcessReaper().Start(new ProcessStartInfo(\"x\"));")]
    [InlineData("IDISP001", "var process = Start(new ProcessStartInfo(\"x\"));")]
    [InlineData("IDISP001", "Process process; process = Track(null!);")]
    [InlineData("IDISP004", "Start(new ProcessStartInfo(\"x\"));")]
    [InlineData("IDISP004", "Start(new ProcessStartInfo(\"x\")).WaitForExit();")]
    public async Task A_diagnostic_about_a_recorded_process_is_suppressed(string id, string statement)
    {
        foreach (var suite in (Suite[])[Suite.XunitV2, Suite.XunitV3, Suite.NUnit])
        {
            Assert.True(await IsSuppressedAsync(suite, id, $"private void Run() {{ {statement} }}"));
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("CA2213", "private Process? _process; private void Run() => _process = Start(null!);")]
    [InlineData(
        "CA2213",
        """
        private Process? _process = null;
        private void Run() { _process = Track(Process.Start("x")); this._process = Start(null!); }
        """)]
    public async Task A_diagnostic_about_a_member_that_only_holds_recorded_processes_is_suppressed(string id, string members) =>
        Assert.True(await IsSuppressedAsync(Suite.XunitV2, id, members));

    [Theory(Timeout = 30_000)]
    [InlineData("CA2000", "private void Run() { var process = Process.Start(\"x\"); }")]
    [InlineData("IDISP001", "private void Run() { var stream = File.OpenRead(\"x\"); }")]
    [InlineData("IDISP004", "private void Run() { Process.Start(\"x\"); }")]
    [InlineData(
        "IDISP004",
        """
        private static Process Other(Func<Process> start) => start();
        private void Run() { Other(() => Process.Start("x")!); }
        """)]
    [InlineData("CA2213", "private Process? _process; private void Run() { _process = Start(null!); _process = Process.Start(\"x\"); }")]
    [InlineData("CA2213", "private Process? _process; private void Run(Process process) => _process = process;")]
    [InlineData("CA2213", "private Process? _process;")]
    [InlineData("CA1001", "private void Run() { var process = Start(null!); }")]
    public async Task Other_diagnostics_are_not_suppressed(string id, string members) =>
        Assert.False(await IsSuppressedAsync(Suite.XunitV2, id, members));

    private static async Task<bool> IsSuppressedAsync(Suite suite, string id, string members)
    {
        const string Options = "protected override ServerProcessOptions CreateOptions() => new();";
        var compilation = AllRules.Compile(suite, $"public class Server : ServerProcessFixture {{ {Options} {members} }}");
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        ImmutableArray<DiagnosticAnalyzer> analyzers = [new OtherAnalyzer(id), new OwnedProcessSuppressor()];
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            null,
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false,
            reportSuppressedDiagnostics: true);
        var found = await compilation.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync();
        var reported = found.Where(diagnostic => diagnostic.Id == id).ToList();

        Assert.NotEmpty(reported);
        return reported[0].IsSuppressed;
    }

#pragma warning disable RS1001, RS1017, RS1036, RS2008 // Only this test loads the analyzer.
    private sealed class OtherAnalyzer(string id) : DiagnosticAnalyzer
    {
        private readonly DiagnosticDescriptor _descriptor = new(
            id, "Dispose it", "Dispose it", "Usage", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [_descriptor];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            var kind = id is "IDISP001" or "CA2213" ? SyntaxKind.VariableDeclarator : SyntaxKind.InvocationExpression;
            context.RegisterSyntaxNodeAction(Check, kind);
        }

        // Reports the innermost call of a chain once per statement, as CA2000 and IDISP004 do.
        private void Check(SyntaxNodeAnalysisContext context)
        {
            var receiver = ((context.Node as InvocationExpressionSyntax)?.Expression as MemberAccessExpressionSyntax)?.Expression;
            var node = receiver as InvocationExpressionSyntax ?? context.Node;
            if (node != context.Node || node.Parent?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is null)
            {
                context.ReportDiagnostic(Diagnostic.Create(_descriptor, node.GetLocation()));
            }
        }
    }
#pragma warning restore
}
