using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Tests.Robustness;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>That the benchmark of the rules measures what it says. The times themselves are a row of TestReaper.Benchmarks.</summary>
public sealed class GeneratedProjectTests(ITestOutputHelper output)
{
    [Fact(Timeout = 120_000)]
    public async Task It_compiles_and_is_clean()
    {
        var compilation = GeneratedProject.Compile(GeneratedProject.Sources(25));

        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Empty(await AllRules.JudgeAsync(compilation));
    }

    [Fact(Timeout = 120_000)]
    public async Task Each_rule_is_measured()
    {
        var times = await RuleTimes.MeasureAsync(classes: 10, rounds: 1);

        output.WriteLine(RuleTimes.ToTable([times]));
        Assert.True(times.Rules.Count >= 6);
        Assert.All(times.Rules.Values, time => Assert.True(time > TimeSpan.Zero));
    }
}
