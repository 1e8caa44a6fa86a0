using TestReaper.Analyzers.Rules;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>A fixture class for the sources of TR0009, and a test class around their members.</summary>
public abstract class FixtureNotRegisteredTest : RuleTest<FixtureNotRegisteredAnalyzer>
{
    protected const string Server = """
        public class Server : ServerProcessFixture
        {
            public Server() { }
            public Server(int n) { }
            public int N { get; set; }
            protected override ServerProcessOptions CreateOptions() => new();
        }

        """;

    protected static string AddClass(string members) => $"{Server} public class Tests {{ {members} [Fact] public void One() {{ }} }}";
}
