using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class FailedStartTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task A_server_that_dies_fails_each_test_with_its_last_output()
    {
        var fixture = Fixture(DyingServer() with { Arguments = [.. DyingServer().Arguments, "--children", "1", "--daemon"] });

        await fixture.InitializeAsync();

        Registry.AssertNoneAlive();
        for (var test = 0; test < 2; test++)
        {
            var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
            Assert.Equal(7, failure.ExitCode);
            Assert.Contains("CUDA out of memory", failure.OutputTail, StringComparison.Ordinal);
            Assert.Contains("CUDA out of memory", failure.Message, StringComparison.Ordinal);
            Assert.Equal(failure.Message, Assert.Throws<ServerStartException>(() => fixture.BaseAddress).Message);
        }

        await fixture.DisposeAsync();
        Assert.Throws<ServerStartException>(() => fixture.Server);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_does_not_become_ready_is_reaped_at_once()
    {
        var server = Server(args: ["--ready-after", "60000", "--children", "2", "--print", "loading shard 3"]);
        var fixture = Fixture(server with { StartupTimeout = TimeSpan.FromSeconds(1) });

        await fixture.InitializeAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(3, Registry.Registered().Count);
        var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Contains("GET /health", failure.Message, StringComparison.Ordinal);
        Assert.Contains("loading shard 3", failure.OutputTail, StringComparison.Ordinal);
        await fixture.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_to_create_the_options_fails_the_tests_and_not_the_fixture()
    {
        var fixture = new ScriptedFixture(Server(), Sink) { Options = () => throw new InvalidOperationException("no model was chosen") };

        await fixture.InitializeAsync();

        var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Contains("ScriptedFixture: CreateOptions failed: no model was chosen", failure.Message, StringComparison.Ordinal);
        Assert.Equal("no model was chosen", failure.InnerException?.Message);
        await fixture.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Null_or_invalid_options_fail_the_tests_and_not_the_fixture()
    {
        var none = new ScriptedFixture(Server(), Sink) { Options = () => null! };
        var wrong = Fixture(Server() with { FileName = "" });

        await none.InitializeAsync();
        await wrong.InitializeAsync();

        Assert.Throws<ServerStartException>(() => none.Server);
        Assert.Contains("FileName is empty", Assert.Throws<ServerStartException>(() => wrong.Server).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_starting_hook_that_throws_leaves_no_process()
    {
        ScriptedFixture fixture = null!;
        fixture = new ScriptedFixture(Server(), Sink)
        {
            OnStarting = async _ =>
            {
                using var helper = fixture.Start(Program("helper", "--children", "1"));
                await fixture.StartServerAsync(Server("worker"));
                await Registry.WaitForAsync(3);
                throw new InvalidOperationException("the download failed");
            },
        };

        await fixture.InitializeAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(3, Registry.Registered().Count);
        var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Contains("OnStartingAsync failed: the download failed", failure.Message, StringComparison.Ordinal);
        await fixture.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_ready_hook_that_throws_reaps_the_server_and_shows_its_output()
    {
        var options = Server(args: ["--print", "weights are corrupt", "--print-port"]) with
        {
            Readiness = Readiness.All(Readiness.OutputLine("Listening"), Readiness.Http("/health")),
        };
        var fixture = new ScriptedFixture(options, Sink)
        {
            OnReady = async _ =>
            {
                await Registry.WaitForAsync(1);
                throw new InvalidOperationException("the warm-up failed");
            },
        };

        await fixture.InitializeAsync();

        Registry.AssertNoneAlive();
        var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Contains("OnReadyAsync failed: the warm-up failed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Listening on port", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Listening on port", failure.OutputTail, StringComparison.Ordinal);
        await fixture.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_is_reported_to_the_diagnostics_even_if_no_test_uses_the_server()
    {
        var fixture = Fixture(DyingServer());

        await fixture.InitializeAsync();

        Assert.Contains("CUDA out of memory", Sink.Only("Error: The server exited with code 7"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_failed_start_the_stopping_hook_does_not_run()
    {
        var stopping = false;
        var fixture = new ScriptedFixture(DyingServer(), Sink)
        {
            OnStopping = _ =>
            {
                stopping = true;
                return Task.CompletedTask;
            },
        };

        await fixture.InitializeAsync();
        await Assert.ThrowsAsync<ServerStartException>(async () => await fixture.DisposeAsync());

        Assert.False(stopping);
    }
}
