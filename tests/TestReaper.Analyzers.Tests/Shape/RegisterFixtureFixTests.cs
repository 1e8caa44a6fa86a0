using TestReaper.Analyzers.Rules;
using TestReaper.CodeFixes.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

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
        // lang=c#-test
        """
        public class Tests
        {
            private readonly Server _server = [|new Server()|];

            FACT
        }
        """,
        // lang=c#-test
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
        // lang=c#-test
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
        // lang=c#-test
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
        // lang=c#-test
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
        // lang=c#-test
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
        // lang=c#-test
        """
        public class Tests(string name)
        {
            private readonly Server _server = [|new()|];
            public string Name => name;

            FACT
        }
        """,
        // lang=c#-test
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
        await FixesAsync<RegisterFixtureFix>(Suite.XunitV2, Fill(source), Fill(fixedSource));
        await FixesAsync<RegisterFixtureFix>(Suite.XunitV3, Fill(source), Fill(fixedSource));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("public class Tests { private static readonly Server _server = [|new()|]; FACT }")]
    [InlineData("public class Tests { private Server _server = null!; [Fact] public void Two() => _server = [|new()|]; FACT }")]
    [InlineData("public partial class Tests { private readonly Server _server = [|new()|]; FACT }")]
    [InlineData(
        // lang=c#-test
        """
        public class Tests
        {
            private readonly Server _server = [|new()|];
            public Tests(int a) { }
            public Tests(string a) { }
            FACT
        }
        """)]
    public Task Unsupported_code_gets_no_fix(string source) =>
        FixesAsync<RegisterFixtureFix>(Suite.XunitV2, Fill(source), Fill(source));

    private static string Fill(string source) => Server + source.Replace("FACT", Fact, StringComparison.Ordinal);
}
