using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>Runs one rule over sources in which [| and |] mark what the rule reports.</summary>
public abstract class RuleTest<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    private protected static Task TriggersAsync(Suite suite, [StringSyntax("c#-test")] string source)
    {
        Assert.Contains("[|", source, StringComparison.Ordinal);
        return RunAsync(suite, source);
    }

    private protected static Task DoesNotTriggerAsync(Suite suite, [StringSyntax("c#-test")] string source)
    {
        Assert.DoesNotContain("[|", source, StringComparison.Ordinal);
        return RunAsync(suite, source);
    }

    private static Task RunAsync(Suite suite, string source)
    {
        var test = new CSharpCodeFixTest<TAnalyzer, EmptyCodeFixProvider, DefaultVerifier> { TestCode = suite.Preamble + Mark(source) };
        Prepare(test, suite);
        return test.RunAsync();
    }

    /// <summary>Checks that the fix writes exactly the fixed source, and that the rule reports nothing there.</summary>
    private protected static Task FixesAsync<TFix>(
        Suite suite, [StringSyntax("c#-test")] string source, [StringSyntax("c#-test")] string fixedSource)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        {
            TestCode = suite.Preamble + source,
            FixedCode = suite.Preamble + fixedSource,
        };
        Prepare(test, suite);
        return test.RunAsync();
    }

    // Of the flow rules only TR0011 is tested here. FlowRuleTest is for the others.
    private static bool IsFlow => typeof(TAnalyzer) == typeof(ProcessFlowAnalyzer);

    private static string Mark(string source) => !IsFlow
        ? source
        : source.Replace("[|", "{|TR0011:", StringComparison.Ordinal).Replace("|]", "|}", StringComparison.Ordinal);

    private static void Prepare(AnalyzerTest<DefaultVerifier> test, Suite suite)
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        test.TestState.AdditionalReferences.AddRange(suite.References);
        if (IsFlow)
        {
            test.DisabledDiagnostics.AddRange(new TAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Where(rule => rule != "TR0011"));
        }
    }
}
