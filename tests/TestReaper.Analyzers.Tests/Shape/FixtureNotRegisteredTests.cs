using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0009: fixtures that are created, and neither registered nor disposed.</summary>
public sealed class FixtureNotRegisteredTests : FixtureNotRegisteredTest
{
    [Theory(Timeout = 30_000)]
    [InlineData("private readonly Server _server = [|new Server()|];")]
    [InlineData("private readonly Server _server = [|new()|]; [Fact] public void Two() => Assert.NotNull(_server.BaseAddress);")]
    [InlineData("private readonly Server _server; public Tests() { _server = [|new Server()|]; }")]
    [InlineData("private readonly Server _server; public Tests() => _server = [|new Server(3) { N = 4 }|];")]
    [InlineData("private static readonly Server Shared = [|new()|];")]
    [InlineData("private Server Own { get; } = [|new()|];")]
    [InlineData(
        // lang=c#-test
        """
        private Server? _server;
        [Fact]
        public void Two()
        {
            _server ??= [|new Server()|];
            Assert.NotNull(_server);
            Console.WriteLine(_server.Server);
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        [Fact]
        public async Task Two()
        {
            var server = [|new Server()|];
            await server.InitializeAsync();
            Assert.NotNull(server.BaseAddress);
        }
        """)]
    [InlineData("[Fact] public void Two() { var url = [|new Server()|].BaseAddress; }")]
    [InlineData("[Fact] public void Two() { _ = [|new Server()|]; }")]
    [InlineData("[Fact] public void Two() { [|new Server()|]; }")]
    [InlineData(
        // lang=c#-test
        """
        private ServerProcessFixture _server = [|new Server()|];
        [Fact] public void Two() { if (_server != null) { _server.RestartAsync(); } }
        """)]
    [InlineData(
        // lang=c#-test
        """
        private readonly Server _server = [|new()|];
        [Fact] public void Two() { Action look = () => Console.WriteLine(_server?.BaseAddress); look(); }
        """)]
    public Task Never_registered_Triggers(string members) => TriggersAsync(Suite.XunitV2, AddClass(members));

    [Theory(Timeout = 30_000)]
    [InlineData(
        // lang=c#-test
        """
        [Collection("servers")] public class Tests
        {
            private readonly Server _server = [|new()|];
            [Fact] public void One() { }
        }
        [CollectionDefinition("servers")] public class Servers { }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Other : Server { }
        public class Tests : IClassFixture<Other>
        {
            private readonly Server _server = [|new()|];
            [Fact] public void One() { }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Base
        {
            [Fact] public void One() { }
        }
        public class Tests : Base
        {
            private readonly Server _server = [|new()|];
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests : IAsyncLifetime
        {
            private readonly Server _server = [|new()|];
            public Task InitializeAsync() => _server.InitializeAsync();
            public Task DisposeAsync() => Task.CompletedTask;
            [Fact] public void One() { }
        }
        """)]
    public Task Registered_for_something_else_Triggers(string source) => TriggersAsync(Suite.XunitV2, Server + source);

    [Fact(Timeout = 30_000)]
    public async Task In_the_other_frameworks_Triggers()
    {
        await TriggersAsync(Suite.XunitV3, Server + """
        public class Tests
        {
            private readonly Server _server = [|new()|];
            [Fact] public void One() => Assert.NotNull(_server.Server);
        }
        """);
        await TriggersAsync(Suite.NUnit, Server + """
        public class Tests
        {
            private readonly Server _server = [|new()|];
            [Test] public void One() => Assert.That(_server.Server);
        }
        """);
    }
}
