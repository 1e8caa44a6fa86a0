using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Extensibility;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LeakTimeoutTests : IDisposable
{
    private readonly LeakHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Processes_that_exit_within_the_timeout_pass()
    {
        await _host.BeginAsync(seconds: 30);
        await _host.StartAsync("slow", 1, "--exit-after", "1000");

        var end = await _host.EndCleanAsync();

        _host.Registry.AssertNoneAlive();
        Assert.Empty(end.Warnings!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timeout_of_zero_checks_once()
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
    public async Task A_slow_exit_is_warned_of_once_and_killed_at_the_deadline()
    {
        await _host.BeginAsync(seconds: 1);
        var pid = await _host.StartAsync("leak", 1);

        var end = await _host.EndLeakyAsync();

        Assert.InRange(end.Milliseconds, 1000, 15_000);
        Assert.Equal($"Class has ended, but 1 of its processes still run: {pid}", Assert.Single(end.Warnings!));
        _host.Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_negative_timeout_is_the_failure_of_the_class()
    {
        var options = new LeakCheckOptions { Label = "[AssertReaped]", Timeout = TimeSpan.FromSeconds(-1), IsExclusive = false };
        var check = LeakCheck.BeginForClass(new ProcessOwner("Class"), options, NullLogger.Instance)!;

        var failure = Assert.IsType<ArgumentOutOfRangeException>(await check.EndAsync());

        Assert.Contains("The timeout of [AssertReaped] is a number of seconds, 0 or more", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_options_there_is_no_check()
    {
        await Task.CompletedTask;

        Assert.Null(LeakCheck.BeginForClass(new ProcessOwner("Class"), options: null, NullLogger.Instance));
        Assert.Null(LeakCheck.BeginForRun("run", options: null, NullLogger.Instance));
    }
}
