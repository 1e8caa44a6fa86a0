using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ReapWarningTests
{
    [Theory(Timeout = 30_000)]
    [InlineData(60, 10)]
    [InlineData(20, 10)]
    [InlineData(8, 4)]
    public async Task A_slow_kill_logs_one_warning_in_time(int timeout, int expected)
    {
        await Task.CompletedTask;
        var reap = new FakeReap { Options = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(timeout) } };
        reap.Root.IsImmortal = true;
        reap.AddChild(101).IsImmortal = true;
        var warnedAt = TimeSpan.Zero;
        reap.Platform.BeforeCapture = _ => warnedAt = reap.Logger.Warnings.Count == 0 ? reap.Platform.Time.Now : warnedAt;

        Assert.Throws<ReapTimeoutException>(reap.Run);

        Assert.Equal(
            $"2 processes not gone {expected}.0 s after SIGKILL, waiting up to {timeout}.0 s in all: pid 100, 101",
            Assert.Single(reap.Logger.Warnings));
        Assert.Equal(TimeSpan.FromSeconds(expected), warnedAt);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_long_list_of_pids_is_shortened()
    {
        await Task.CompletedTask;
        var reap = new FakeReap();
        for (var pid = 200; pid < 230; pid++)
        {
            reap.AddChild(pid).IsImmortal = true;
        }

        Assert.Throws<ReapTimeoutException>(reap.Run);

        Assert.EndsWith(
            "pid 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, ...", Assert.Single(reap.Logger.Warnings), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_quick_reap_and_a_long_grace_period_log_no_warning()
    {
        await Task.CompletedTask;
        var reap = new FakeReap { Options = new() { GracePeriod = TimeSpan.FromSeconds(90) } };

        reap.Run();

        Assert.Equal(TimeSpan.FromSeconds(90), reap.Platform.Time.Now);
        Assert.Empty(reap.Logger.Messages);
    }
}
