using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class FlowRuleTests
{
    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.txt").Order().Where(file => !file.EndsWith("Leaks.txt", StringComparison.Ordinal)))
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

    public static TheoryData<string> Leaks() => [.. Snippet.NamesOf("Leaks")];

    [Theory]
    [MemberData(nameof(Leaks))]
    public async Task Some_rule_finds_the_leak(string name)
    {
        var leak = Snippet.Of("Leaks", name);
        Assert.NotEmpty(await FlowTest.SurviveAsync(leak.Source, leak.Framework));
    }

    [Fact]
    public async Task Code_that_does_not_compile_is_survived()
    {
        foreach (var source in new[]
        {
            "Process.Start(\"a\"); var p = Process.Start(", "class T { Process p = p; Process Q => Q; void A() { p.Kill(; } }", "class T : Missing<T> { Process p; [Fact] void A(out Process q) { (p, q) = ; foreach (var x in ) x.Kill(); } }",
            "class T { Process p = new() { StartInfo = { FileName = } }; T() : this() { p.Start(); } void Dispose() => Dispose(); }", "class T { static Lazy<Process> l = new(() => l.Value); Func<Process> f = () => f(); dynamic d; void A() { d.Kill(); d = Process.Start(d); Process.Start(d).Kill(); } }",
            "class T { [Fact] void A() { var p = new Process { Missing = { FileName = \"x\" } }; p.Start(); p.Missing.Also = new() { Gone = { More = p } }; } }", "class T { Process P; [Fact] void A() { P = new() { Missing = { Kill = P }, StartInfo = { Missing = { A = P } } }; P?.Missing?.Also(P?.Id); } }",
            "class T : T { Process P { get; set; } = Process.Start(nope); int A() => P is { } and var q ? q.Id : 0; void B() { B(); var (a, b) = Process.Start(\"x\"); } }",
        })
        {
            await FlowTest.SurviveAsync(source);
        }
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
