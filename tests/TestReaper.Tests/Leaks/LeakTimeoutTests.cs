using TestReaper.Leaks;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LeakTimeoutTests : IDisposable
{
    private readonly LeakHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task What_exits_within_the_timeout_passes()
    {
        await _host.BeginAsync(seconds: 30);
        await _host.StartAsync("slow", 1, "--exit-after", "1000");

        var end = await _host.EndCleanAsync();

        _host.Registry.AssertNoneAlive();
        Assert.Empty(end.Warnings!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timeout_of_zero_looks_once()
    {
        await _host.BeginAsync(seconds: 0);
        var pid = await _host.StartAsync("leak", 1);

        var end = await _host.EndLeakyAsync();

        Assert.Equal([pid], end.Pids!);
        Assert.StartsWith("Class left 1 process running, 0.000 s after its end:", end.Message, StringComparison.Ordinal);
        Assert.Empty(end.Warnings!);
        _host.Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_takes_long_is_warned_of_once_and_killed_at_the_deadline()
    {
        await _host.BeginAsync(seconds: 1);
        var pid = await _host.StartAsync("leak", 1);

        var end = await _host.EndLeakyAsync();

        Assert.InRange(end.Milliseconds, 1000, 15_000);
        Assert.Equal($"Class has ended, but 1 of its processes have not yet: {pid}", Assert.Single(end.Warnings!));
        _host.Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_negative_timeout_is_refused()
    {
        await Task.CompletedTask;

        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => LeakCheckOptions.Of(-1, isExclusive: true, ignore: null));

        Assert.Contains("[AssertReaped] is a number of seconds, 0 or more", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, LeakCheckOptions.Of(0, isExclusive: true, ignore: null).Timeout);
    }
}
