using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace TestReaper.Analyzers.Tests;

/// <summary>Runs one flow rule over sources in which [| and |] mark what the rule reports.</summary>
/// <param name="rule">The ID of the rule; "Clean" for all rules.</param>
public abstract class FlowRuleTest(string rule)
{
    public string Rule { get; } = rule;

    private protected Task TriggersAsync(
        [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2, string? options = null)
    {
        Assert.Contains("[|", source, StringComparison.Ordinal);
        return FlowTest.VerifyAsync(Rule, source, framework, options);
    }

    private protected Task DoesNotTriggerAsync(
        [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2, string? options = null)
    {
        Assert.DoesNotContain("[|", source, StringComparison.Ordinal);
        return FlowTest.VerifyAsync(Rule, source, framework, options);
    }

    private protected static async Task SomeRuleTriggersAsync(
        [StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2) =>
        Assert.NotEmpty(await FlowTest.AnalyzeAsync(source, framework));
}
