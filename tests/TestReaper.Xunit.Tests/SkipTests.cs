using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class SkipTests : FixtureTest
{
    private int _calls;

    [Fact(Timeout = 30_000)]
    public async Task A_reason_set_in_the_starting_hook_prevents_the_start()
    {
        ScriptedFixture fixture = null!;
        fixture = Counting(_ =>
        {
            fixture.Skip("no GPU");
            return Task.CompletedTask;
        });

        await fixture.InitializeAsync();

        Assert.Equal("no GPU", fixture.SkipReason);
        Assert.Equal("no GPU", Assert.Throws<SkipException>(() => fixture.Server).Message);
        Assert.Equal("no GPU", Assert.Throws<SkipException>(() => fixture.BaseAddress).Message);
        Assert.Equal("no GPU", (await Assert.ThrowsAsync<SkipException>(() => fixture.RestartAsync())).Message);
        await fixture.DisposeAsync();
        Assert.Equal(0, _calls);
        Assert.Empty(Registry.Registered());
        Assert.Equal("ScriptedFixture is not started: no GPU", Assert.Single(Sink.Messages));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reason_set_earlier_prevents_the_start_too()
    {
        var fixture = Counting(_ => Task.CompletedTask);
        fixture.Skip("not on this machine");

        await fixture.InitializeAsync();

        Assert.Equal("not on this machine", Assert.Throws<SkipException>(() => fixture.Server).Message);
        await fixture.DisposeAsync();
        Assert.Equal(0, _calls);
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_started_to_find_the_reason_are_reaped()
    {
        ScriptedFixture fixture = null!;
        fixture = Counting(async _ =>
        {
            using var probe = fixture.Start(Program("probe", "--children", "1"));
            await Registry.WaitForAsync(2);
            fixture.Skip("the driver is too old");
        });

        await fixture.InitializeAsync();
        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(2, Registry.Registered().Count);
    }

    private ScriptedFixture Counting(Func<CancellationToken, Task> onStarting) => new(Server(), Sink)
    {
        OnStarting = onStarting,
        Options = () =>
        {
            _calls++;
            return Server();
        },
        OnReady = _ => Count(),
        OnStopping = _ => Count(),
    };

    private Task Count()
    {
        _calls++;
        return Task.CompletedTask;
    }
}
