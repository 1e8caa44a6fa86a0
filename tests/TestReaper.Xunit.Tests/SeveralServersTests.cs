using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

[Trait("Wine", "no")] // Wine sends no Ctrl+Break: each stop takes the whole grace period.
public sealed class SeveralServersTests : FixtureTest
{
    // Fails the reap: its timeout is over at the first scan after SIGKILL.
    private static readonly ReapOptions TooShort = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromTicks(1) };

    [Fact(Timeout = 30_000)]
    public async Task Servers_are_stopped_in_the_reverse_order_of_their_start()
    {
        var living = RecordRolesAtReaps();
        var fixture = WithWorkers(Server("router", "--slow-exit", "200"), "--slow-exit", "200");
        await fixture.InitializeAsync();
        AssertRoles("router", "worker-0", "worker-1");

        await fixture.DisposeAsync();

        Assert.Equal(["worker-0+worker-1", "worker-0", ""], living);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_started_by_a_test_is_stopped_first()
    {
        var living = RecordRolesAtReaps();
        var fixture = Fixture();
        await fixture.InitializeAsync();
        var extra = await fixture.StartServerAsync(Server("extra"));
        Assert.Equal("/hello", await GetAsync(extra.BaseAddress));

        await fixture.DisposeAsync();

        Assert.Equal(["server", ""], living);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_router_that_cannot_start_does_not_leave_its_workers()
    {
        var fixture = WithWorkers(DyingServer());

        await fixture.InitializeAsync();

        Registry.AssertNoneAlive();
        var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Contains("CUDA out of memory", failure.Message, StringComparison.Ordinal);
        var roles = Registry.Registered().Select(process => process.Role).Order(StringComparer.Ordinal);
        Assert.Equal(["dying", "worker-0", "worker-1"], roles);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_reap_does_not_prevent_the_others()
    {
        var fixture = WithWorkers(Server("router") with { Reap = TooShort });
        await fixture.InitializeAsync();
        var router = fixture.Server.ProcessId;

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(async () => await fixture.DisposeAsync());

        Assert.Equal(router, Assert.Single(failure.Survivors).ProcessId);
        Assert.DoesNotContain(Registry.Alive(), process => process.Role != "router");
        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(5));
    }

    [Fact(Timeout = 30_000)]
    public async Task Several_failures_are_reported_together()
    {
        var fixture = WithWorkers(
            Server("router") with { Reap = TooShort }, onStopping: _ => throw new InvalidOperationException("cannot drain"));
        await fixture.InitializeAsync();

        var failure = await Assert.ThrowsAsync<AggregateException>(async () => await fixture.DisposeAsync());

        Assert.Equal(2, failure.InnerExceptions.Count);
        Assert.Contains(
            "OnStoppingAsync of ScriptedFixture failed: cannot drain", failure.InnerExceptions[0].Message, StringComparison.Ordinal);
        Assert.IsType<ReapTimeoutException>(failure.InnerExceptions[1]);
        Assert.Contains("cannot drain", Sink.Only("Error: ScriptedFixture did not stop cleanly: "), StringComparison.Ordinal);
        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(5));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_crashed_server_does_not_prevent_the_reap_of_the_others()
    {
        var fixture = WithWorkers(Server("router", "--crash-after", "1"));
        await fixture.InitializeAsync();
        var router = fixture.Server;
        await GetAsync(fixture.BaseAddress);
        await router.Exited;

        var death = await Assert.ThrowsAsync<ServerExitedException>(async () => await fixture.DisposeAsync());

        Assert.Equal(router.ProcessId, death.ProcessId);

        Registry.AssertNoneAlive();
    }

    private ScriptedFixture WithWorkers(ServerProcessOptions router, params string[] workerArgs) => WithWorkers(router, null, workerArgs);

    private ScriptedFixture WithWorkers(ServerProcessOptions router, Func<CancellationToken, Task>? onStopping, params string[] workerArgs)
    {
        ScriptedFixture fixture = null!;
        return fixture = new ScriptedFixture(router, Sink)
        {
            OnStarting = async _ =>
            {
                await fixture.StartServerAsync(Server("worker-0", workerArgs));
                await fixture.StartServerAsync(Server("worker-1", workerArgs));
            },
            OnStopping = onStopping ?? (_ => Task.CompletedTask),
        };
    }
}
