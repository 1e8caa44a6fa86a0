using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>Runs all flow rules over instances of one kind of code. It says whether there is a leak, not which rule reports it.</summary>
public abstract class KindTest
{
    private protected static async Task LeaksAsync(
        [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2) =>
        Assert.NotEmpty(await AnalyzeAsync(source, framework));

    private protected static async Task IsCleanAsync(
        [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2) =>
        Assert.Empty(await AnalyzeAsync(source, framework));

    /// <summary>The reports of all flow rules. Fails if the source does not compile or a rule throws.</summary>
    private protected static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(string source, Framework framework)
    {
        var trees = new[] { Stubs.Usings + source, Stubs.ReadSource(framework) }.Select(text => CSharpSyntaxTree.ParseText(text));
        var compilation = CSharpCompilation.Create(
            "Kinds", trees, Stubs.Runtime, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.DoesNotContain(compilation.GetDiagnostics(), found => found.Severity == DiagnosticSeverity.Error);
        var reports = await compilation.WithAnalyzers([new ProcessFlowAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(reports, report => report.Id == "AD0001");
        return reports;
    }
}
