using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Tests.Robustness;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>Checks the input and the output of the benchmark of the rules. TestReaper.Benchmarks reports the times.</summary>
public sealed class GeneratedProjectTests(ITestOutputHelper output)
{
    [Fact(Timeout = 120_000)]
    public async Task It_compiles_and_is_clean()
    {
        var compilation = GeneratedProject.Compile(GeneratedProject.CreateSources(25));

        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Empty(await AllRules.AnalyzeAsync(compilation));
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
