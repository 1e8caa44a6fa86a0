using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0009.</summary>
public sealed class FixtureNotRegisteredTests : RuleTest<FixtureNotRegisteredAnalyzer>
{
    private const string Server = "public class Server : ServerProcessFixture { public Server() { } public Server(int n) { } public int N { get; set; } protected override ServerProcessOptions CreateOptions() => new(); } ";

    [Theory(Timeout = 30_000)]
    [InlineData("private readonly Server _server = [|new Server()|];")]
    [InlineData("private readonly Server _server = [|new()|]; [Fact] public void Two() => Assert.NotNull(_server.BaseAddress);")]
    [InlineData("private readonly Server _server; public Tests() { _server = [|new Server()|]; }")]
    [InlineData("private readonly Server _server; public Tests() => _server = [|new Server(3) { N = 4 }|];")]
    [InlineData("private static readonly Server Shared = [|new()|];")]
    [InlineData("private Server Own { get; } = [|new()|];")]
    [InlineData("private Server? _server; [Fact] public void Two() { _server ??= [|new Server()|]; Assert.NotNull(_server); Console.WriteLine(_server.Server); }")]
    [InlineData("[Fact] public async Task Two() { var server = [|new Server()|]; await server.InitializeAsync(); Assert.NotNull(server.BaseAddress); }")]
    [InlineData("[Fact] public void Two() { var url = [|new Server()|].BaseAddress; }")]
    [InlineData("[Fact] public void Two() { _ = [|new Server()|]; }")]
    [InlineData("[Fact] public void Two() { [|new Server()|]; }")]
    [InlineData("private ServerProcessFixture _server = [|new Server()|]; [Fact] public void Two() { if (_server != null) { _server.RestartAsync(); } }")]
    [InlineData("private readonly Server _server = [|new()|]; [Fact] public void Two() { Action look = () => Console.WriteLine(_server?.BaseAddress); look(); }")]
    public Task Nobody_starts_it_Triggers(string members) => TriggersAsync(Suite.XunitV2, $"{Server} public class Tests {{ {members} [Fact] public void One() {{ }} }}");

    [Theory(Timeout = 30_000)]
    [InlineData("[Collection(\"servers\")] public class Tests { private readonly Server _server = [|new()|]; [Fact] public void One() { } } [CollectionDefinition(\"servers\")] public class Servers { }")]
    [InlineData("public class Other : Server { } public class Tests : IClassFixture<Other> { private readonly Server _server = [|new()|]; [Fact] public void One() { } }")]
    [InlineData("public abstract class Base { [Fact] public void One() { } } public class Tests : Base { private readonly Server _server = [|new()|]; }")]
    [InlineData("public class Tests : IAsyncLifetime { private readonly Server _server = [|new()|]; public Task InitializeAsync() => _server.InitializeAsync(); public Task DisposeAsync() => Task.CompletedTask; [Fact] public void One() { } }")]
    public Task Registered_for_something_else_Triggers(string source) => TriggersAsync(Suite.XunitV2, Server + source);

    [Fact(Timeout = 30_000)]
    public async Task In_the_other_frameworks_Triggers()
    {
        await TriggersAsync(Suite.XunitV3, Server + "public class Tests { private readonly Server _server = [|new()|]; [Fact] public void One() => Assert.NotNull(_server.Server); }");
        await TriggersAsync(Suite.NUnit, Server + "public class Tests { private readonly Server _server = [|new()|]; [Test] public void One() => Assert.That(_server.Server); }");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("private readonly Server _server = new(); public Task InitializeAsync() => _server.InitializeAsync(); public Task DisposeAsync() => _server.DisposeAsync();")]
    [InlineData("[Fact] public async Task Two() { var server = new Server(); try { await server.InitializeAsync(); } finally { await server.DisposeAsync(); } }")]
    [InlineData("[Fact] public async Task Two() { await using var server = new Server(); await server.InitializeAsync(); }")]
    [InlineData("[Fact] public async Task Two() { await using (var server = new Server()) { await server.InitializeAsync(); } }")]
    [InlineData("[Fact] public Task Two() => RunAsync(new Server()); private static Task RunAsync(Server server) => server.DisposeAsync();")]
    [InlineData("private static Server Make() => new Server();")]
    [InlineData("private readonly List<Server> _servers = new(); [Fact] public void Two() => _servers.Add(new Server());")]
    [InlineData("private readonly Server _server = new(); public async Task StopAsync() { var server = _server; await server.DisposeAsync(); }")]
    [InlineData("private Server? _server; [Fact] public void Two() => _server = new Server(); public Task StopAsync() => _server?.DisposeAsync() ?? Task.CompletedTask;")]
    [InlineData("private readonly Server _server = new(); public async Task StopAsync() { if (_server is { } server) { await server.DisposeAsync(); } }")]
    [InlineData("private readonly Server _server = new(); private Func<Task> Stop => _server.DisposeAsync;")]
    [InlineData("[Fact] public void Two() { IAsyncLifetime server = new Server(); server.DisposeAsync(); }")]
    [InlineData("private readonly Server[] _servers = { new Server(), new Server() };")]
    [InlineData("[Fact] public async Task Two() { var server = await SharedServer<Server>.GetAsync(); }")]
    public Task Somebody_may_stop_it_DoesNotTrigger(string members) => DoesNotTriggerAsync(Suite.XunitV2, $"{Server} public class Tests {{ {members} [Fact] public void One() {{ }} }}");

    [Theory(Timeout = 30_000)]
    [InlineData("public class Tests : IClassFixture<Server> { private readonly Server _server; public Tests(Server server) => _server = server; [Fact] public void One() { } }")]
    [InlineData("public class Tests : IClassFixture<Server> { private readonly Server _server = new(); [Fact] public void One() { } }")]
    [InlineData("[Collection(\"servers\")] public class Tests { private readonly Server _server = new(); [Fact] public void One() { } } [CollectionDefinition(\"servers\")] public class Servers : ICollectionFixture<Server> { }")]
    [InlineData("public class Tests { public Tests(Server server) { } [Fact] public void One() { } }")]
    [InlineData("public class Helper { private readonly Server _server = new(); public void One() { } }")]
    [InlineData("public abstract class Base { protected readonly Server Own = new(); [Fact] public void One() { } } public class Tests : Base, IAsyncLifetime { public Task InitializeAsync() => Own.InitializeAsync(); public Task DisposeAsync() => Own.DisposeAsync(); }")]
    public Task Registered_or_no_test_class_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.XunitV2, Server + source);

    [Fact(Timeout = 30_000)]
    public async Task In_the_other_frameworks_DoesNotTrigger()
    {
        await DoesNotTriggerAsync(Suite.XunitV3, "[assembly: AssemblyFixture(typeof(Server))] " + Server + "public class Tests { private readonly Server _server = new(); [Fact] public void One() { } }");
        await DoesNotTriggerAsync(Suite.XunitV3, Server + "public class Servers : ICollectionFixture<Server> { } [Collection<Servers>] public class Tests { private readonly Server _server = new(); [Fact] public void One() { } }");
        await DoesNotTriggerAsync(Suite.XunitV3, Server + "public class Servers : ICollectionFixture<Server> { } [Collection(typeof(Servers))] public class Tests { private readonly Server _server = new(); [Fact] public void One() { } }");
        await DoesNotTriggerAsync(Suite.NUnit, Server + "public class Tests { private readonly Server _server = new(); [OneTimeTearDown] public Task Stop() => _server.StopFixtureAsync(); [Test] public void One() { } }");
    }
}
