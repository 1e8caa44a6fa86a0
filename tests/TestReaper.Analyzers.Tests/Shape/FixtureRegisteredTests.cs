using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0009: fixtures that are registered, disposed or passed on.</summary>
public sealed class FixtureRegisteredTests : FixtureNotRegisteredTest
{
    [Theory(Timeout = 30_000)]
    [InlineData(
        // lang=c#-test
        """
        private readonly Server _server = new();
        public Task InitializeAsync() => _server.InitializeAsync();
        public Task DisposeAsync() => _server.DisposeAsync();
        """)]
    [InlineData(
        // lang=c#-test
        """
        [Fact]
        public async Task Two()
        {
            var server = new Server();
            try { await server.InitializeAsync(); } finally { await server.DisposeAsync(); }
        }
        """)]
    [InlineData("[Fact] public async Task Two() { await using var server = new Server(); await server.InitializeAsync(); }")]
    [InlineData("[Fact] public async Task Two() { await using (var server = new Server()) { await server.InitializeAsync(); } }")]
    [InlineData(
        // lang=c#-test
        """
        [Fact] public Task Two() => RunAsync(new Server());
        private static Task RunAsync(Server server) => server.DisposeAsync();
        """)]
    [InlineData("private static Server Make() => new Server();")]
    [InlineData("private readonly List<Server> _servers = new(); [Fact] public void Two() => _servers.Add(new Server());")]
    [InlineData(
        // lang=c#-test
        """
        private readonly Server _server = new();
        public async Task StopAsync() { var server = _server; await server.DisposeAsync(); }
        """)]
    [InlineData(
        // lang=c#-test
        """
        private Server? _server;
        [Fact] public void Two() => _server = new Server();
        public Task StopAsync() => _server?.DisposeAsync() ?? Task.CompletedTask;
        """)]
    [InlineData(
        // lang=c#-test
        """
        private readonly Server _server = new();
        public async Task StopAsync() { if (_server is { } server) { await server.DisposeAsync(); } }
        """)]
    [InlineData("private readonly Server _server = new(); private Func<Task> Stop => _server.DisposeAsync;")]
    [InlineData("[Fact] public void Two() { IAsyncLifetime server = new Server(); server.DisposeAsync(); }")]
    [InlineData("private readonly Server[] _servers = { new Server(), new Server() };")]
    [InlineData("[Fact] public async Task Two() { var server = await SharedServer<Server>.GetAsync(); }")]
    public Task May_be_disposed_DoesNotTrigger(string members) => DoesNotTriggerAsync(Suite.XunitV2, AddClass(members));

    [Theory(Timeout = 30_000)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests : IClassFixture<Server>
        {
            private readonly Server _server;
            public Tests(Server server) => _server = server;
            [Fact] public void One() { }
        }
        """)]
    [InlineData("public class Tests : IClassFixture<Server> { private readonly Server _server = new(); [Fact] public void One() { } }")]
    [InlineData(
        // lang=c#-test
        """
        [Collection("servers")] public class Tests
        {
            private readonly Server _server = new();
            [Fact] public void One() { }
        }
        [CollectionDefinition("servers")] public class Servers : ICollectionFixture<Server> { }
        """)]
    [InlineData("public class Tests { public Tests(Server server) { } [Fact] public void One() { } }")]
    [InlineData("public class Helper { private readonly Server _server = new(); public void One() { } }")]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Base
        {
            protected readonly Server Own = new();
            [Fact] public void One() { }
        }
        public class Tests : Base, IAsyncLifetime
        {
            public Task InitializeAsync() => Own.InitializeAsync();
            public Task DisposeAsync() => Own.DisposeAsync();
        }
        """)]
    public Task Registered_or_no_test_class_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.XunitV2, Server + source);

    [Fact(Timeout = 30_000)]
    public async Task In_the_other_frameworks_DoesNotTrigger()
    {
        await DoesNotTriggerAsync(Suite.XunitV3, "[assembly: AssemblyFixture(typeof(Server))] " + Server + """
        public class Tests
        {
            private readonly Server _server = new();
            [Fact] public void One() { }
        }
        """);
        await DoesNotTriggerAsync(Suite.XunitV3, Server + """
        public class Servers : ICollectionFixture<Server> { }
        [Collection<Servers>] public class Tests
        {
            private readonly Server _server = new();
            [Fact] public void One() { }
        }
        """);
        await DoesNotTriggerAsync(Suite.XunitV3, Server + """
        public class Servers : ICollectionFixture<Server> { }
        [Collection(typeof(Servers))] public class Tests
        {
            private readonly Server _server = new();
            [Fact] public void One() { }
        }
        """);
        await DoesNotTriggerAsync(Suite.NUnit, Server + """
        public class Tests
        {
            private readonly Server _server = new();
            [OneTimeTearDown] public Task Stop() => _server.StopFixtureAsync();
            [Test] public void One() { }
        }
        """);
    }
}
