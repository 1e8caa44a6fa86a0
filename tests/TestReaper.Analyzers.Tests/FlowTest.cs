using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests;

/// <summary>Runs one flow rule over a source. The other flow rules are off.</summary>
internal static class FlowTest
{
    private static readonly string[] FlowRules = ["TR0001", "TR0002", "TR0003", "TR0004", "TR0005", "TR0006", "TR0007", "TR0011", "TR0012"];

    /// <summary>Checks that the rule reports exactly what [| and |] mark.</summary>
    public static Task VerifyAsync(
        string rule, [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2, string? options = null)
    {
        var test = new CSharpCodeFixTest<ProcessFlowAnalyzer, EmptyCodeFixProvider, DefaultVerifier>();
        Prepare(test, rule, source, framework, options);
        return test.RunAsync();
    }

    /// <summary>The diagnostics of all flow rules. Fails if a rule throws.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(
        [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV3)
    {
        var trees = new[] { Stubs.Usings + source, Stubs.ReadSource(framework) }.Select(text => CSharpSyntaxTree.ParseText(text));
        var compilation = CSharpCompilation.Create("Broken", trees, Stubs.Runtime);
        var found = await compilation.WithAnalyzers([new ProcessFlowAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "AD0001");
        return found;
    }

    public static Task VerifyFixAsync<TFix>(
        string rule,
        [StringSyntax("c#-test")] string source,
        [StringSyntax("c#-test")] string fixedSource,
        Framework framework = Framework.XunitV2)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<ProcessFlowAnalyzer, TFix, DefaultVerifier>();
        Prepare(test, rule, source, framework, null);
        test.FixedCode = Stubs.Usings + fixedSource;
        test.FixedState.Sources.Add(("Framework.cs", Stubs.ReadSource(framework)));
        return test.RunAsync();
    }

    private static void Prepare(AnalyzerTest<DefaultVerifier> test, string rule, string source, Framework framework, string? options)
    {
        var marked = source
            .Replace("[|", "{|" + rule + ":", StringComparison.Ordinal)
            .Replace("|]", "|}", StringComparison.Ordinal);
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        test.TestState.AdditionalReferences.AddRange(Stubs.Runtime);
        test.TestState.Sources.Add(Stubs.Usings + marked);
        test.TestState.Sources.Add(("Framework.cs", Stubs.ReadSource(framework)));
        test.TestState.MarkupHandling = MarkupMode.Allow;
        test.DisabledDiagnostics.AddRange(rule == "Clean" ? [] : FlowRules.Where(other => other != rule));
        test.CompilerDiagnostics = CompilerDiagnostics.Errors;
        test.SolutionTransforms.Add((solution, project) =>
            solution.WithProjectParseOptions(project, new CSharpParseOptions(LanguageVersion.Latest)));
        if (options is not null)
        {
            test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\n" + options + "\n"));
        }

        test.TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck;
    }
}
