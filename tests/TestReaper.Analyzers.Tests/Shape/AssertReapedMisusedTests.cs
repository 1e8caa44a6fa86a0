using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0010.</summary>
public sealed class AssertReapedMisusedTests : RuleTest<AssertReapedMisusedAnalyzer>
{
    [Theory(Timeout = 30_000)]
    [InlineData("[AssertReaped([|0|])] public class Tests { [Fact] public void One() { } }")]
    [InlineData("[AssertReaped([|-1|])] public class Tests { [Theory, InlineData(1)] public void One(int n) { } }")]
    [InlineData("[AssertReaped([|timeout: 0|])] public class Tests { [Fact] public void One() { } }")]
    [InlineData("[AssertReaped([|0|], Exclusive = false)] public class Tests { [Fact] public void One() { } }")]
    [InlineData("[AssertReaped([|Seconds|])] public class Tests { const int Seconds = 5 - 5; [Fact] public void One() { } }")]
    [InlineData("[AssertReaped([|int.MinValue|])] public abstract class Base { [Fact] public void One() { } }")]
    [InlineData("[assembly: AssertReaped([|0|])] public class Tests { [Fact] public void One() { } }")]
    [InlineData("[AssertReapedAttribute([|-30|])] public sealed record Tests { [Fact] public void One() { } }")]
    public Task A_timeout_of_zero_or_less_Triggers(string source) => TriggersAsync(Suite.XunitV2, source);

    [Theory(Timeout = 30_000)]
    [InlineData("[[|AssertReaped|]] public class Helper { public void One() { } }")]
    [InlineData(
        // lang=c#-test
        """
        [[|AssertReaped(10)|]] public sealed class Server : ServerProcessFixture
        {
            protected override ServerProcessOptions CreateOptions() => new();
        }
        """)]
    [InlineData("[[|AssertReaped|]] public static class Helper { public static void One() { } }")]
    [InlineData("[[|AssertReaped(Ignore = new[] { \"gpg-agent\" })|]] public class Helper { }")]
    [InlineData("[[|AssertReaped|]] public class Outer { public class Tests { [Fact] public void One() { } } }")]
    [InlineData("[CollectionDefinition(\"servers\"), [|AssertReaped|]] public class Servers { }")]
    [InlineData("[[|AssertReaped|]] public class Base { public void Help() { } } public class Derived : Base { }")]
    public Task A_class_without_tests_Triggers(string source) => TriggersAsync(Suite.XunitV2, source);

    [Fact(Timeout = 30_000)]
    public async Task In_the_other_frameworks_Triggers()
    {
        await TriggersAsync(Suite.XunitV3, """
        [AssertReaped([|0|])] public class Tests
        {
            [Fact] public void One() { }
        }
        [[|AssertReaped|]] public class Helper { }
        """);
        await TriggersAsync(Suite.NUnit, """
        [AssertReaped([|0|])] public class Tests
        {
            [TestCase(1)] public void One(int n) { }
        }
        [[|AssertReaped|]] public class Helper { }
        """);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("[AssertReaped] public class Tests { [Fact] public void One() { } }")]
    [InlineData("[AssertReaped(1)] public class Tests { [Fact] public void One() { } }")]
    [InlineData("[AssertReaped(timeout: 600)] public class Tests { [Theory, InlineData(1)] public void One(int n) { } }")]
    [InlineData("[AssertReaped] public abstract class Base { }")]
    [InlineData("[AssertReaped] public class Base { } public class Tests : Base { [Fact] public void One() { } }")]
    [InlineData("public class Base { [Fact] public void One() { } } [AssertReaped] public class Tests : Base { }")]
    [InlineData("public abstract class Base<T> { [Fact] public void One() { } } [AssertReaped] public sealed class Tests : Base<int> { }")]
    [InlineData("[AssertReaped] public class Base<T> { } public class Tests : Base<int> { [Fact] public void One() { } }")]
    [InlineData(
        // lang=c#-test
        """
        public sealed class SlowFactAttribute : FactAttribute { }
        [AssertReaped] public class Tests { [SlowFact] public void One() { } }
        """)]
    [InlineData("[AssertReaped] public partial class Tests { } public partial class Tests { [Fact] public void One() { } }")]
    [InlineData("[assembly: AssertReaped] public class Helper { }")]
    [InlineData("[assembly: AssertReaped(5)] [assembly: AssertRunReaped] public class Tests { [Fact] public void One() { } }")]
    [InlineData(
        // lang=c#-test
        """
        public sealed class AssertReapedAttribute : Attribute
        {
            public AssertReapedAttribute(int timeout) { }
        }
        [global::AssertReaped(0)] public class Helper { }
        """)]
    [InlineData("[AssertReaped] public class Tests { public class Inner { } [Fact] public static void One() { } }")]
    public Task A_test_class_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.XunitV2, source);

    [Theory(Timeout = 30_000)]
    [InlineData("[AssertReaped] public class Tests { [Test] public void One() { } }")]
    [InlineData("[AssertReaped, TestFixture] public class Tests { [TestCase(1), TestCase(2)] public void One(int n) { } }")]
    [InlineData("[AssertReaped, SetUpFixture] public class SetUp { [OneTimeSetUp] public void Begin() { } }")]
    [InlineData("[AssertReaped] public abstract class Base { [Test] public void One() { } }")]
    public Task A_test_class_of_NUnit_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.NUnit, source);

    [Fact(Timeout = 30_000)]
    public Task A_custom_test_attribute_of_xUnit_v3_DoesNotTrigger() => DoesNotTriggerAsync(
        Suite.XunitV3, """
        public sealed class ScenarioAttribute : Attribute, Xunit.v3.IFactAttribute { }
        [AssertReaped] public class Tests { [Scenario] public void One() { } }
        """);
}
