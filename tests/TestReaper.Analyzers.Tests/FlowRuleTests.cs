using System.Reflection;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class FlowRuleTests
{
    [Theory]
    [InlineData("Process.Start(\"a\"); var p = Process.Start(")]
    [InlineData("class T { Process p = p; Process Q => Q; void A() { p.Kill(; } }")]
    [InlineData("class T : Missing<T> { Process p; [Fact] void A(out Process q) { (p, q) = ; foreach (var x in ) x.Kill(); } }")]
    [InlineData("class T { Process p = new() { StartInfo = { FileName = } }; T() : this() { p.Start(); } void Dispose() => Dispose(); }")]
    [InlineData(
        // lang=c#-test
        """
        class T
        {
            static Lazy<Process> l = new(() => l.Value);
            Func<Process> f = () => f();
            dynamic d;
            void A() { d.Kill(); d = Process.Start(d); Process.Start(d).Kill(); }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        class T
        {
            [Fact]
            void A()
            {
                var p = new Process { Missing = { FileName = "x" } };
                p.Start();
                p.Missing.Also = new() { Gone = { More = p } };
            }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        class T
        {
            Process P;
            [Fact]
            void A()
            {
                P = new() { Missing = { Kill = P }, StartInfo = { Missing = { A = P } } };
                P?.Missing?.Also(P?.Id);
            }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        class T : T
        {
            Process P { get; set; } = Process.Start(nope);
            int A() => P is { } and var q ? q.Id : 0;
            void B() { B(); var (a, b) = Process.Start("x"); }
        }
        """)]
    public Task Code_that_does_not_compile_crashes_no_rule(string source) => FlowTest.AnalyzeAsync(source);

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
        var names = typeof(FlowRuleTest).Assembly.GetTypes()
            .Where(type => type.BaseType == typeof(FlowRuleTest) && ((FlowRuleTest)Activator.CreateInstance(type)!).Rule == rule)
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
            .Select(method => method.Name)
            .ToList();

        Assert.True(names.Count(name => name.EndsWith("_Triggers", StringComparison.Ordinal)) >= 8);
        Assert.True(names.Count(name => name.EndsWith("_DoesNotTrigger", StringComparison.Ordinal)) >= 12);
    }
}
