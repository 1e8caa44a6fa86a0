using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Xunit.Tests;

public sealed class LifeCycleTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task Disposing_twice_stops_once()
    {
        var stops = 0;
        var fixture = new ScriptedFixture(Server(), Sink)
        {
            OnStopping = _ =>
            {
                stops++;
                return Task.CompletedTask;
            },
        };
        await fixture.InitializeAsync();

        await fixture.DisposeAsync();
        await fixture.DisposeAsync();

        Assert.Equal(1, stops);
        Sink.Only("Reaped ");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_concurrent_second_disposal_returns_when_everything_is_gone()
    {
        var fixture = Fixture(Server(args: ["--slow-exit", "500"]));
        await fixture.InitializeAsync();

        var first = fixture.DisposeAsync();
        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        await first;
    }

    [Fact(Timeout = 30_000)]
    public async Task Disposing_without_a_start_does_nothing()
    {
        var fixture = Fixture();

        await fixture.DisposeAsync();

        Assert.Empty(Registry.Registered());
        Assert.Empty(Sink.Messages);
    }

    [Fact(Timeout = 30_000)]
    public async Task Using_the_server_too_early_or_too_late_throws_an_explanation()
    {
        var fixture = Fixture();
        var early = Assert.Throws<InvalidOperationException>(() => fixture.Server);
        Assert.Equal(early.Message, Assert.Throws<InvalidOperationException>(() => fixture.BaseAddress).Message);
        Assert.Equal(early.Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.RestartAsync())).Message);
        await fixture.InitializeAsync();
        await fixture.DisposeAsync();
        var late = Assert.Throws<InvalidOperationException>(() => fixture.Server);

        Assert.Equal(
            "The server of ScriptedFixture has not been started: let the test framework create the fixture, " +
            "or await its initialization first.",
            early.Message);
        Assert.Equal("The server of ScriptedFixture has been stopped: its fixture was disposed.", late.Message);
        Assert.Equal(late.Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.RestartAsync())).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Disposal_during_a_restart_leaves_nothing()
    {
        var fixture = Fixture(Server(args: ["--ready-after", "1500"]));
        await fixture.InitializeAsync();
        var restart = fixture.RestartAsync();
        await Poll.UntilAsync(() => Registry.Registered().Count == 2, "the second server to start");

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        await Assert.ThrowsAnyAsync<Exception>(() => restart);
        Registry.AssertNoneAlive();
        Assert.ThrowsAny<Exception>(() => fixture.Server);
    }

    [Fact(Timeout = 30_000)]
    public async Task Disposal_during_a_start_leaves_nothing()
    {
        var fixture = Fixture();
        await fixture.InitializeAsync();
        var start = fixture.StartServerAsync(Server("further", "--ready-after", "1500"));
        await Registry.WaitForAsync(1, "further");

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        await Assert.ThrowsAnyAsync<Exception>(() => start);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_disposed_fixture_starts_nothing()
    {
        var fixture = Fixture();
        await fixture.InitializeAsync();
        await fixture.DisposeAsync();

        var failure = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => fixture.StartServerAsync(Server("further")));
        Assert.ThrowsAny<InvalidOperationException>(() => fixture.Start(Program("helper")));

        Assert.Contains("disposed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["server"], Registry.Registered().Select(process => process.Role));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixture_without_diagnostics_reports_nothing()
    {
        var fixture = new SilentFixture(Server());

        await fixture.InitializeAsync();
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
    }

    [Fact]
    public void A_fixture_requires_its_sink() =>
        Assert.Throws<ArgumentNullException>(() => new ScriptedFixture(Server(), (IMessageSink)null!));

    private sealed class SilentFixture(ServerProcessOptions options) : ServerProcessFixture
    {
        protected override ServerProcessOptions CreateOptions() => options;
    }
}
