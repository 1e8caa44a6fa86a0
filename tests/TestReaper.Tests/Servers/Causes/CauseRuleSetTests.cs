using TestReaper.Servers.Causes;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The filter before the patterns never hides a match.</summary>
public sealed class CauseRuleSetTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("a b", "a b")]
    [InlineData("a.*b", "a")]
    [InlineData("(a|b).*c", "(a|b)")]
    [InlineData("a(?! x| (y|z))b", "ab")]
    [InlineData(@"\(x.*y", @"\(x")]
    [InlineData("[.(]x.*y", "[.(]x")]
    [InlineData(".*x", null)]
    [InlineData("(a.*b)c", null)]
    [InlineData("a|b.*c", null)]
    [InlineData("(?=a)b", null)]
    public async Task A_pattern_is_reduced_to_what_the_filter_knows(string pattern, string? part)
    {
        await Task.CompletedTask;

        Assert.Equal(part, CauseRuleSet.Approximate(pattern));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_first_rule_that_matches_decides()
    {
        await Task.CompletedTask;
        var rules = new CauseRuleSet();
        rules.Add(Rule(FailureKind.DiskFull, "(full.*disk)|none"));
        rules.Add(Rule(FailureKind.PortInUse, "port.*in use"));
        rules.Add(Rule(FailureKind.LimitReached, "in use"));

        Assert.Equal(FailureKind.DiskFull, Match(rules, "a full disk"));
        Assert.Equal(FailureKind.PortInUse, Match(rules, "port 1 in use"));
        Assert.Equal(FailureKind.LimitReached, Match(rules, "all in use"));
        Assert.Null(Match(rules, "port 1"));
    }

    private static CauseRule Rule(FailureKind kind, string pattern) => new(kind, pattern, "", "");

    private static FailureKind? Match(CauseRuleSet rules, string text) => rules.Match(new OutputLine(1, text))?.Kind;
}
