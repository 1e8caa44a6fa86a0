using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class AttachTests : FixtureTest
{
    private const string Variable = "TESTREAPER_ATTACH";

    [Fact(Timeout = 30_000)]
    public async Task A_running_server_is_used_and_not_stopped()
    {
        var port = FreePort.Next();
        using var running = await StartAsync(port);
        var hooks = new List<string>();
        var fixture = new ScriptedFixture(Server() with { AttachTo = Address(port) }, Sink)
        {
            OnReady = _ => Record(hooks, "ready"),
            OnStopping = _ => Record(hooks, "stopping"),
        };

        await fixture.InitializeAsync();

        Assert.Equal(Address(port), fixture.BaseAddress);
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
        Assert.Throws<InvalidOperationException>(() => fixture.Server.ProcessId);
        await fixture.DisposeAsync();
        running.AssertAlive();
        Assert.Equal("/hello", await GetAsync(Address(port)));
        Assert.Equal(["ready", "stopping"], hooks);
        Assert.Empty(Registry.Registered());
        Sink.Only($"Attached to {Address(port)}");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_running_server_cannot_be_restarted()
    {
        var port = FreePort.Next();
        using var running = await StartAsync(port);
        var fixture = Fixture(Server() with { AttachTo = Address(port) });
        await fixture.InitializeAsync();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.RestartAsync());

        Assert.Contains("was attached to", failure.Message, StringComparison.Ordinal);
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
        await fixture.DisposeAsync();
        running.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_started_beside_a_running_server_are_reaped()
    {
        var port = FreePort.Next();
        using var running = await StartAsync(port);
        var fixture = Fixture(Server() with { AttachTo = Address(port) });
        await fixture.InitializeAsync();
        using var helper = fixture.Start(Program("helper"));
        await fixture.StartServerAsync(Server("further"));
        await Registry.WaitForAsync(2);

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        running.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_environment_variable_attaches_the_fixture_of_that_name_only()
    {
        var port = FreePort.Next();
        using var running = await StartAsync(port);

        // No other test of this process has a fixture with this name.
        Environment.SetEnvironmentVariable(Variable, $"Unknown=http://127.0.0.1:1/; {nameof(AttachedFromOutside)}={Address(port)}");
        var attached = new AttachedFromOutside(Server("attached"));
        var other = Fixture(Server("other"));
        try
        {
            await attached.InitializeAsync();
            await other.InitializeAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }

        Assert.Equal(Address(port), attached.BaseAddress);
        Assert.NotEqual(Address(port), other.BaseAddress);
        AssertRoles("other");
        await attached.DisposeAsync();
        await other.DisposeAsync();
        running.AssertAlive();
        Registry.AssertNoneAlive();
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{port}/");

    private static async Task<Bystander> StartAsync(int port)
    {
        var bystander = await Bystander.StartAsync("--http", $"{port}");
        await Poll.UntilAsync(() => !FreePort.IsFree(port), "the running server to listen");
        return bystander;
    }

    private static Task Record(List<string> hooks, string hook)
    {
        hooks.Add(hook);
        return Task.CompletedTask;
    }

    private sealed class AttachedFromOutside(ServerProcessOptions options) : ServerProcessFixture
    {
        protected override ServerProcessOptions CreateOptions() => options;
    }
}
