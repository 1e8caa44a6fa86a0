using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests;

/// <summary>Runs one flow rule over a snippet with <c>[|...|]</c> marks; the others are switched off.</summary>
internal static class FlowTest
{
    private static readonly string[] FlowRules = ["TR0001", "TR0002", "TR0003", "TR0004", "TR0005", "TR0006", "TR0007", "TR0012"];

    /// <summary>The marks are where the rule reports; a snippet without marks is clean.</summary>
    public static Task VerifyAsync(string rule, string source, Framework framework = Framework.XunitV2, string? options = null)
    {
        var test = Prepare(new CSharpCodeFixTest<ProcessFlowAnalyzer, EmptyCodeFixProvider, DefaultVerifier>(), rule, source, framework, options);
        return test.RunAsync();
    }

    /// <summary>Whatever the rules say of it, they do not fail.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> SurviveAsync(string source, Framework framework = Framework.XunitV3)
    {
        var compilation = CSharpCompilation.Create("Broken", [CSharpSyntaxTree.ParseText(Stubs.Usings + source), CSharpSyntaxTree.ParseText(Stubs.Of(framework))], Stubs.Runtime);
        var found = await compilation.WithAnalyzers([new ProcessFlowAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "AD0001");
        return found;
    }

    public static Task VerifyFixAsync<TFix>(string rule, string source, string mended, Framework framework = Framework.XunitV2)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<ProcessFlowAnalyzer, TFix, DefaultVerifier>();
        Prepare(test, rule, source, framework, null);
        test.FixedCode = Stubs.Usings + mended;
        test.FixedState.Sources.Add(("Framework.cs", Stubs.Of(framework)));
        return test.RunAsync();
    }

    private static AnalyzerTest<DefaultVerifier> Prepare(AnalyzerTest<DefaultVerifier> test, string rule, string source, Framework framework, string? options)
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        test.TestState.AdditionalReferences.AddRange(Stubs.Runtime);
        test.TestState.Sources.Add(Stubs.Usings + source.Replace("[|", "{|" + rule + ":", StringComparison.Ordinal).Replace("|]", "|}", StringComparison.Ordinal));
        test.TestState.Sources.Add(("Framework.cs", Stubs.Of(framework)));
        test.DisabledDiagnostics.AddRange(rule == "Clean" ? [] : FlowRules.Where(other => other != rule));
        test.CompilerDiagnostics = CompilerDiagnostics.Errors;
        test.SolutionTransforms.Add((solution, project) => solution.WithProjectParseOptions(project, new CSharpParseOptions(LanguageVersion.Latest)));
        test.TestState.MarkupHandling = MarkupMode.Allow;
        if (options is not null)
        {
            test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\n" + options + "\n"));
        }

        test.TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck;
        return test;
    }
}
