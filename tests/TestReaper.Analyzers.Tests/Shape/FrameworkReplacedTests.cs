using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0013.</summary>
public sealed class FrameworkReplacedTests : RuleTest<FrameworkReplacedAnalyzer>
{
    private const string Tests = "public class Tests { [Fact] public void One() { } }";
    private const string OwnV2 = "public class Own : Xunit.Sdk.XunitTestFramework { }";
    private const string OwnV3 = "public class Own : Xunit.v3.XunitTestFramework { }";

    [Theory(Timeout = 30_000)]
    [InlineData("[[|AssertReaped|]] " + Tests)]
    [InlineData("[[|AssertReaped(60)|]] " + Tests)]
    [InlineData("[[|AssertReaped|]] public abstract class Base { } " + Tests)]
    [InlineData(
        // lang=c#-test
        """
        [[|AssertReaped|]] public class A
        {
            [Fact] public void One() { }
        }
        [[|AssertReaped|]] public class B
        {
            [Fact] public void One() { }
        }
        """)]
    [InlineData("public class Outer { [[|AssertReaped|]] " + Tests + " }")]
    [InlineData("[[|AssertReaped|], Collection(\"one\")] " + Tests)]
    public Task On_a_class_Triggers(string source) =>
        TriggersAsync(Suite.XunitV2, $"[assembly: TestFramework(\"Own\", \"TestProject\")] {OwnV2} {source}");

    [Theory(Timeout = 30_000)]
    [InlineData("[assembly: TestFramework(\"Own\", \"TestProject\")] [assembly: [|AssertReaped|]] " + OwnV2 + Tests)]
    [InlineData("[assembly: TestFramework(\"Own\", \"TestProject\")] [assembly: [|AssertRunReaped|]] " + OwnV2 + Tests)]
    [InlineData("[assembly: [|AssertRunReaped(5)|], TestFramework(\"Own\", \"TestProject, Version=1.0.0.0\")] " + OwnV2 + Tests)]
    [InlineData(
        "[assembly: TestFramework(\"Deep.Own\", \"TestProject\")] [[|AssertReaped|]] " + Tests + " namespace Deep { " + OwnV2 + " }")]
    [InlineData("[assembly: TestFramework(\"Xunit.Sdk.XunitTestFramework\", \"TestReaper.Xunit\")] [[|AssertReaped|]] " + Tests)]
    public Task On_an_assembly_or_class_Triggers(string source) => TriggersAsync(Suite.XunitV2, source);

    [Theory(Timeout = 30_000)]
    [InlineData("[assembly: TestFramework(typeof(Own))] [[|AssertReaped|]] " + OwnV3 + Tests)]
    [InlineData("[assembly: TestFramework(typeof(Xunit.v3.XunitTestFramework))] [assembly: [|AssertReaped|]] " + Tests)]
    [InlineData(
        "[assembly: Mine(typeof(Own))] [[|AssertReaped|]] " + Tests + OwnV3
        + "public sealed class MineAttribute : TestFrameworkAttribute { public MineAttribute(Type type) : base(type) { } }")]
    public Task In_xUnit_v3_Triggers(string source) => TriggersAsync(Suite.XunitV3, source);

    [Theory(Timeout = 30_000)]
    [InlineData("[AssertReaped] " + Tests)]
    [InlineData("[assembly: AssertReaped] [assembly: AssertRunReaped] " + Tests)]
    [InlineData("[assembly: TestFramework(\"Own\", \"TestProject\")] " + OwnV2 + Tests)]
    [InlineData("[assembly: TestFramework(\"Own\", \"TestProject\")] [AssertReaped] public class Own : TestReaperFramework { } " + Tests)]
    [InlineData(
        "[assembly: TestFramework(\"Own\", \"TestProject\")] public class Middle : TestReaperFramework { } public class Own : Middle { } "
        + "[AssertReaped] " + Tests)]
    [InlineData("[assembly: TestFramework(\"TestReaper.Xunit.TestReaperFramework\", \"TestReaper.Xunit\")] [AssertReaped] " + Tests)]
    [InlineData("[assembly: TestFramework(\"Nowhere\", \"TestProject\")] [AssertReaped] " + Tests)]
    [InlineData("[assembly: TestFramework(\"Own\", \"Elsewhere\")] [AssertReaped] " + OwnV2 + Tests)]
    [InlineData(
        "[assembly: Mine] [AssertReaped] " + Tests
        + " public sealed class MineAttribute : Attribute, Xunit.Sdk.ITestFrameworkAttribute { }")]
    [InlineData(
        "[assembly: Own.TestFramework(\"a\", \"b\")] [AssertReaped] " + Tests + " namespace Own { "
        + "public sealed class TestFrameworkAttribute : Attribute { public TestFrameworkAttribute(string a, string b) { } } }")]
    public Task An_enforcing_or_unknown_framework_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.XunitV2, source);

    [Theory(Timeout = 30_000)]
    [InlineData("[assembly: TestFramework(typeof(TestReaperFramework))] [AssertReaped] " + Tests)]
    [InlineData("[assembly: TestFramework(typeof(Own))] public class Own : TestReaperFramework { } [AssertReaped] " + Tests)]
    [InlineData(
        "[assembly: Mine] [AssertReaped] " + Tests
        + " public sealed class MineAttribute : Attribute, Xunit.v3.ITestFrameworkAttribute"
        + " { public Type FrameworkType => typeof(TestReaperFramework); }")]
    public Task In_xUnit_v3_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.XunitV3, source);

    [Fact(Timeout = 30_000)]
    public Task In_NUnit_DoesNotTrigger() => DoesNotTriggerAsync(Suite.NUnit, """
        [AssertReaped] public class Tests { [Test] public void One() { } }
        """);
}
