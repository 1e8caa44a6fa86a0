using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class HookOrderTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task Hooks_run_in_order_around_the_life_of_the_server()
    {
        var events = new List<string>();
        void Record(string hook) => events.Add($"{hook}: {string.Join('+', LivingRoles())}");
        var fixture = new ScriptedFixture(Server(), Sink)
        {
            OnStarting = _ => Run(() => Record("starting")),
            Options = () =>
            {
                Record("options");
                return Server(args: ["--children", "1"]);
            },
            OnReady = _ => Run(() => Record("ready")),
            OnStopping = _ => Run(() => Record("stopping")),
        };

        await fixture.InitializeAsync();
        await Registry.WaitForAsync(2);
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
        await fixture.DisposeAsync();
        Record("disposed");

        // The child registers itself when it has started, which may be before or after the server is ready.
        Assert.Equal(
            ["starting: ", "options: ", "ready: server", "stopping: child+server", "disposed: "], events.Select(WithoutEarlyChild));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_ready_hook_can_use_the_server()
    {
        ScriptedFixture fixture = null!;
        string? answer = null;
        fixture = new ScriptedFixture(Server(), Sink)
        {
            OnReady = async _ => answer = await GetAsync(fixture.BaseAddress, "/warm-up"),
        };

        await fixture.InitializeAsync();
        await fixture.DisposeAsync();

        Assert.Equal("/warm-up", answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_stopping_hook_runs_before_any_signal_and_can_use_the_server()
    {
        ScriptedFixture fixture = null!;
        string? answer = null;
        fixture = new ScriptedFixture(Server(), Sink)
        {
            OnStopping = async cancellationToken =>
            {
                // If a signal had been sent before the hook, the server would have exited after this delay.
                await Task.Delay(300, cancellationToken);
                answer = await GetAsync(fixture.BaseAddress, "/save");
            },
        };
        await fixture.InitializeAsync();

        await fixture.DisposeAsync();

        Assert.Equal("/save", answer);
        Registry.AssertNoneAlive();
    }

    [Trait("Wine", "no")]
    [Fact(Timeout = 30_000)]
    public async Task Diagnostics_show_the_tree_at_readiness_and_the_report_of_the_reap()
    {
        var fixture = Fixture(Server(args: ["--children", "2", "--ready-after", "500"]));
        await fixture.InitializeAsync();
        var (pid, address) = (fixture.Server.ProcessId, fixture.BaseAddress);
        int[] pids = [.. (await Registry.WaitForAsync(3)).Select(process => process.Pid)];
        await fixture.DisposeAsync();

        var ready = Sink.Only($"Ready at {address} after ");
        var reaped = Sink.Only("Reaped 3 processes in ");
        Assert.Contains($"└─ {pid} TestReaper.TestProcess", ready, StringComparison.Ordinal);
        Assert.All(pids, id => Assert.Contains($" {id}", ready, StringComparison.Ordinal));
        Assert.All(pids, id => Assert.Contains($" {id}", reaped, StringComparison.Ordinal));
    }

    private static string WithoutEarlyChild(string recorded) => recorded.Replace("ready: child+", "ready: ", StringComparison.Ordinal);

    private static Task Run(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
