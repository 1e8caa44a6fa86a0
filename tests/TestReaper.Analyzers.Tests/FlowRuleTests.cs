using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class FlowRuleTests
{
    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.txt").Order())
        {
            var rule = Path.GetFileNameWithoutExtension(file);
            foreach (var name in Snippet.NamesOf(rule))
            {
                data.Add(rule, name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Rule(string rule, string name)
    {
        var found = Snippet.Of(rule, name);
        Assert.Equal(name.EndsWith("_Triggers", StringComparison.Ordinal), found.Source.Contains("[|", StringComparison.Ordinal));
        await FlowTest.VerifyAsync(rule, found.Source, found.Framework, found.Options);
    }

    [Theory]
    [InlineData("TR0001")]
    [InlineData("TR0002")]
    [InlineData("TR0003")]
    [InlineData("TR0004")]
    [InlineData("TR0005")]
    [InlineData("TR0006")]
    [InlineData("TR0007")]
    [InlineData("TR0012")]
    public void A_rule_has_cases_of_many_shapes(string rule)
    {
        var names = Snippet.NamesOf(rule).ToList();
        Assert.True(names.Count(name => name.EndsWith("_Triggers", StringComparison.Ordinal)) >= 8);
        Assert.True(names.Count(name => name.EndsWith("_DoesNotTrigger", StringComparison.Ordinal)) >= 12);
    }
}
