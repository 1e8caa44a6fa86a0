using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ReapDeadlineTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_survivor_is_described_with_every_known_detail()
    {
        await Task.CompletedTask;
        var reap = new FakeReap();
        reap.Root.CommandLine = "/opt/server/launch --port 1";
        reap.Root.WaitChannel = "nvidia_ioctl";
        (reap.Root.IsImmortal, reap.Root.State, reap.Root.Threads) = (true, 'D', 3);
        reap.AddChild(101);

        var failure = Assert.Throws<ReapTimeoutException>(reap.Run);

        var survivor = Assert.Single(failure.Survivors);
        Assert.Equal(
            (100, 3, "nvidia_ioctl", "/opt/server/launch --port 1"),
            (survivor.ProcessId, survivor.Threads, survivor.WaitChannel, survivor.CommandLine));
        Assert.Equal("D (uninterruptible sleep)", survivor.State);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), survivor.StartedAt);
        Assert.StartsWith(
            $"1 process not gone 60.0 s after SIGKILL:{Environment.NewLine}" +
            $"└─ 100 launch --port 1  (D (uninterruptible sleep), 3 thread(s), in nvidia_ioctl, started 00:00:01.00, " +
            $"parents {string.Join(" < ", survivor.Ancestors)}, found by root)" + Environment.NewLine +
            "A process in uninterruptible sleep dies when the kernel function it is in returns",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Contains("Raise ReapOptions.Timeout", failure.Message, StringComparison.Ordinal);
        Assert.Equal(101, Assert.Single(failure.Report.Processes).ProcessId);
        Assert.Equal(TimeSpan.FromSeconds(60), reap.Platform.Time.Now);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_with_survivors_does_not_say_that_there_was_nothing_to_reap()
    {
        await Task.CompletedTask;
        var reap = new FakeReap();
        reap.Root.IsImmortal = true;

        var failure = Assert.Throws<ReapTimeoutException>(reap.Run);

        Assert.Empty(failure.Report.Processes);
        Assert.DoesNotContain("nothing to reap", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("Reaped no process in 60.0 s (", failure.Report.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unknown_state_of_a_survivor_is_reported_as_unknown()
    {
        await Task.CompletedTask;
        var survivor = new SurvivingProcess { ProcessId = 5, State = "unknown", Threads = 0, CommandLine = "x" };

        Assert.Equal("pid 5 x (unknown, 0 thread(s))", survivor.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_survivor_of_another_user_is_reported_as_EPERM()
    {
        await Task.CompletedTask;
        var reap = new FakeReap();
        reap.AddChild(101).IsForeign = true;

        var failure = Assert.Throws<ReapTimeoutException>(reap.Run);

        var survivor = Assert.Single(failure.Survivors);
        Assert.Equal((101, "EPERM (owned by another user; this one may not signal it)"), (survivor.ProcessId, survivor.State));
        Assert.Contains("can be stopped by that user or root only", failure.Message, StringComparison.Ordinal);
        Assert.True(Assert.Single(failure.Report.Processes).WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_survivors_are_complete_in_the_data_and_shortened_in_the_message()
    {
        await Task.CompletedTask;
        var reap = new FakeReap();
        for (var pid = 200; pid < 298; pid++)
        {
            reap.AddChild(pid).IsImmortal = true;
        }

        var failure = Assert.Throws<ReapTimeoutException>(reap.Run);

        Assert.Equal(98, failure.Survivors.Count);
        Assert.StartsWith("98 processes not gone", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Split(Environment.NewLine).Length, 3, 60);
        Assert.Contains("... and 58 more", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_deadline_counts_from_the_kill_and_not_from_the_stop_signal()
    {
        await Task.CompletedTask;
        var reap = new FakeReap { Options = new() { GracePeriod = TimeSpan.FromSeconds(7), Timeout = TimeSpan.FromSeconds(3) } };
        reap.Root.IsImmortal = true;

        Assert.Throws<ReapTimeoutException>(reap.Run);

        Assert.Equal(TimeSpan.FromSeconds(10), reap.Platform.Time.Now);
        Assert.Equal(-(int)System.Runtime.InteropServices.PosixSignal.SIGTERM, reap.Root.Signals[0]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_dies_shortly_before_the_deadline_is_reaped()
    {
        await Task.CompletedTask;
        var reap = new FakeReap();
        reap.Root.IsImmortal = true;
        reap.Platform.BeforeCapture = _ =>
        {
            if (reap.Platform.Time.Now > TimeSpan.FromSeconds(58))
            {
                reap.Platform.Remove(reap.Root);
            }
        };

        var process = Assert.Single(reap.Run().Processes);

        Assert.True(process.WasKilled);
        Assert.InRange(process.Elapsed, TimeSpan.FromSeconds(58), TimeSpan.FromSeconds(60));
    }
}
