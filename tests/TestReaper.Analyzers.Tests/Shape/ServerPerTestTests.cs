using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0014.</summary>
public sealed class ServerPerTestTests : RuleTest<ServerPerTestAnalyzer>
{
    private const string Options = "protected override ServerProcessOptions CreateOptions() => new();";
    private const string Two = "[Fact] public void One() { } [Fact] public void Two() { }";

    [Theory(Timeout = 30_000)]
    [InlineData("public class [|Tests|] : ServerProcessFixture { OPTIONS TWO }")]
    [InlineData(
        // lang=c#-test
        """
        public sealed class [|Tests|] : ServerProcessFixture
        {
            OPTIONS
            [Fact] public Task One() => Task.CompletedTask;
            [Theory, MemberData("Rows")] public void Two(int n) { }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class [|Tests|] : ServerProcessFixture
        {
            OPTIONS
            [Theory, InlineData(1), InlineData(2)] public void One(int n) { }
        }
        """)]
    [InlineData("public abstract class Server : ServerProcessFixture { OPTIONS } public class [|Tests|] : Server { TWO }")]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Server : ServerProcessFixture
        {
            OPTIONS
            [Fact] public void One() { }
        }
        public class [|Tests|] : Server
        {
            [Fact] public void Two() { }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Server : ServerProcessFixture
        {
            OPTIONS
            TWO
        }
        public class [|A|] : Server { }
        public class [|B|] : Server { }
        """)]
    [InlineData("public class Outer { public class [|Tests|] : ServerProcessFixture { OPTIONS TWO } }")]
    [InlineData(
        // lang=c#-test
        """
        public class SlowFactAttribute : FactAttribute { }
        public class [|Tests|] : ServerProcessFixture
        {
            OPTIONS
            [SlowFact] public void One() { }
            [Fact] public static void Two() { }
        }
        """)]
    [InlineData("public class [|Tests|]<T> : ServerProcessFixture { OPTIONS TWO }")]
    [InlineData(
        // lang=c#-test
        """
        public partial class [|Tests|] : ServerProcessFixture
        {
            OPTIONS
            [Fact] public void One() { }
        }
        public partial class Tests
        {
            [Fact] public void Two() { }
        }
        """)]
    public async Task One_server_for_each_test_Triggers(string source)
    {
        await TriggersAsync(Suite.XunitV2, Fill(source));
        await TriggersAsync(Suite.XunitV3, Fill(source));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("public class Tests : ServerProcessFixture { OPTIONS [Fact] public void One() { } }")]
    [InlineData("public class Server : ServerProcessFixture { OPTIONS }")]
    [InlineData("public abstract class Tests : ServerProcessFixture { OPTIONS TWO }")]
    [InlineData("public class Server : ServerProcessFixture { OPTIONS } public class Tests : IClassFixture<Server> { TWO }")]
    [InlineData(
        // lang=c#-test
        """
        public class Server : ServerProcessFixture { OPTIONS }
        [Collection("servers")] public class Tests
        {
            public Tests(Server server) { }
            TWO
        }
        """)]
    [InlineData("public class Tests : ServerProcessFixture { OPTIONS [Fact] public void One() { } public void Two() { } }")]
    [InlineData(
        // lang=c#-test
        """
        public class Tests : ServerProcessFixture
        {
            OPTIONS
            [Fact] public void One() { }
            [Fact(Skip = "no GPU")] public void Two() { }
        }
        """)]
    [InlineData("public class Tests : ServerProcessFixture { OPTIONS [Theory, InlineData(1)] public void One(int n) { } }")]
    [InlineData("public class Tests : ServerProcessFixture { OPTIONS [Theory, MemberData(\"Rows\")] public void One(int n) { } }")]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Base : ServerProcessFixture
        {
            OPTIONS
            [Fact] public virtual void One() { }
        }
        public class Tests : Base
        {
            [Fact] public override void One() { }
        }
        """)]
    [InlineData("public class Server : ServerProcessFixture { OPTIONS public class Tests { TWO } }")]
    [InlineData("public class ServerProcessFixture { } public class Tests : ServerProcessFixture { TWO }")]
    [InlineData("public class Tests { TWO private class Server : ServerProcessFixture { OPTIONS } }")]
    public async Task One_server_for_all_DoesNotTrigger(string source)
    {
        await DoesNotTriggerAsync(Suite.XunitV2, Fill(source));
        await DoesNotTriggerAsync(Suite.XunitV3, Fill(source));
    }

    [Fact(Timeout = 30_000)]
    public Task In_NUnit_DoesNotTrigger() => DoesNotTriggerAsync(Suite.NUnit, Fill("""
        public class Tests : ServerProcessFixture
        {
            OPTIONS
            [Test] public void One() { }
            [Test] public void Two() { }
        }
        """));

    private static string Fill(string source) =>
        source.Replace("OPTIONS", Options, StringComparison.Ordinal).Replace("TWO", Two, StringComparison.Ordinal);
}
