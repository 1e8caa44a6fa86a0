using TestReaper.Analyzers.Rules;
using TestReaper.CodeFixes.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>The fix of TR0010.</summary>
public sealed class AssertReapedTimeoutFixTests : RuleTest<AssertReapedMisusedAnalyzer>
{
    [Theory(Timeout = 30_000)]
    [InlineData("[AssertReaped([|0|])]", "[AssertReaped(30)]")]
    [InlineData("[AssertReaped([|timeout: -5|], Exclusive = false)]", "[AssertReaped(timeout: 30, Exclusive = false)]")]
    [InlineData("[assembly: AssertReaped([|0|])]", "[assembly: AssertReaped(30)]")]
    public Task A_timeout_becomes_the_default(string source, string fixedSource)
    {
        const string Tests = " public class Tests { [Fact] public void One() { } }";
        return FixesAsync<AssertReapedTimeoutFix>(Suite.XunitV2, source + Tests, fixedSource + Tests);
    }

    [Fact(Timeout = 30_000)]
    public Task A_class_without_tests_gets_no_fix()
    {
        const string Source = "[[|AssertReaped|]] public class Helper { }";
        return FixesAsync<AssertReapedTimeoutFix>(Suite.XunitV2, Source, Source);
    }
}
