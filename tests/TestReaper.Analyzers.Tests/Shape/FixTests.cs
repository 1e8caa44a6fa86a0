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
    public Task A_class_without_tests_has_none()
    {
        const string Source = "[[|AssertReaped|]] public class Helper { }";
        return FixesAsync<AssertReapedTimeoutFix>(Suite.XunitV2, Source, Source);
    }
}

/// <summary>The fix of TR0009.</summary>
public sealed class RegisterFixtureFixTests : RuleTest<FixtureNotRegisteredAnalyzer>
{
    private const string Server = """

        public class Server : ServerProcessFixture
        {
            protected override ServerProcessOptions CreateOptions() => new();
        }

        """;

    private const string Fact = "[Fact] public void One() => Assert.NotNull(_server.BaseAddress);";

    [Theory(Timeout = 30_000)]
    [InlineData(
        """
        public class Tests
        {
            private readonly Server _server = [|new Server()|];

            FACT
        }
        """,
        """
        public class Tests : IClassFixture<Server>
        {
            private readonly Server _server;

            public Tests(Server fixture)
            {
                _server = fixture;
            }

            FACT
        }
        """)]
    [InlineData(
        """
        public class Tests : IDisposable
        {
            private readonly Server _server = [|new()|];

            public Tests(int fixture)
            {
                Console.WriteLine(fixture);
            }

            public void Dispose() { }

            FACT
        }
        """,
        """
        public class Tests : IDisposable, IClassFixture<Server>
        {
            private readonly Server _server;

            public Tests(int fixture, Server fixture2)
            {
                _server = fixture2;
                Console.WriteLine(fixture);
            }

            public void Dispose() { }

            FACT
        }
        """)]
    [InlineData(
        """
        public class Tests
        {
            private readonly Server _server;

            public Tests()
            {
                _server = [|new Server()|];
            }

            FACT
        }
        """,
        """
        public class Tests : IClassFixture<Server>
        {
            private readonly Server _server;

            public Tests(Server fixture)
            {
                _server = fixture;
            }

            FACT
        }
        """)]
    [InlineData(
        """
        public class Tests(string name)
        {
            private readonly Server _server = [|new()|];
            public string Name => name;

            FACT
        }
        """,
        """
        public class Tests(string name, Server fixture) : IClassFixture<Server>
        {
            private readonly Server _server = fixture;
            public string Name => name;

            FACT
        }
        """)]
    public async Task The_fixture_becomes_a_parameter(string source, string fixedSource)
    {
        await FixesAsync<RegisterFixtureFix>(Suite.XunitV2, Of(source), Of(fixedSource));
        await FixesAsync<RegisterFixtureFix>(Suite.XunitV3, Of(source), Of(fixedSource));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("public class Tests { private static readonly Server _server = [|new()|]; FACT }")]
    [InlineData("public class Tests { private Server _server = null!; [Fact] public void Two() => _server = [|new()|]; FACT }")]
    [InlineData("public partial class Tests { private readonly Server _server = [|new()|]; FACT }")]
    [InlineData("public class Tests { private readonly Server _server = [|new()|]; public Tests(int a) { } public Tests(string a) { } FACT }")]
    public Task Where_no_parameter_fits_there_is_none(string source) => FixesAsync<RegisterFixtureFix>(Suite.XunitV2, Of(source), Of(source));

    private static string Of(string source) => Server + source.Replace("FACT", Fact, StringComparison.Ordinal);
}
