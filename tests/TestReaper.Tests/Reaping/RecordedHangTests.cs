using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>A recording between the grace period and the kill has a time of its own, and cannot fail the reap.</summary>
public sealed class RecordedHangTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(7), Recording = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 30_000)]
    public async Task The_time_of_a_recording_does_not_count_for_the_timeout()
    {
        await Task.CompletedTask;
        var platform = default(FakePlatform);
        var reap = new FakeReap
        {
            Options = new() { GracePeriod = Grace, Timeout = TimeSpan.FromSeconds(3) },
            BeforeKill = (_, _) =>
            {
                platform!.Time.Advance(Recording);
                return "/log.stacks.txt";
            },
        };
        platform = reap.Platform;
        reap.Root.IsImmortal = true;

        var failure = Assert.Throws<ReapTimeoutException>(reap.Run);

        Assert.Equal(TimeSpan.FromSeconds(20), reap.Platform.Time.Now);
        Assert.Equal("/log.stacks.txt", failure.Report.StacksFile);
        Assert.Contains("What it did then: /log.stacks.txt", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_sees_the_living_members_before_the_first_SIGKILL()
    {
        await Task.CompletedTask;
        var reap = default(FakeReap);
        int[] seen = [];
        reap = new FakeReap
        {
            Options = new() { GracePeriod = Grace },
            BeforeKill = (members, _) =>
            {
                Assert.DoesNotContain(FakePlatform.Kill, reap!.Root.Signals);
                seen = [.. members.Select(member => member.Identity.Pid).Order()];
                return null;
            },
        };
        reap.AddChild(101);

        var report = reap.Run();

        Assert.Equal([100, 101], seen);
        Assert.Null(report.StacksFile);
        Assert.Contains(FakePlatform.Kill, reap.Root.Signals);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_tree_is_scanned_during_a_recording()
    {
        await Task.CompletedTask;
        var reap = default(FakeReap);
        var isScanned = false;
        reap = new FakeReap
        {
            Options = new() { GracePeriod = Grace },
            BeforeKill = (_, _) =>
            {
                var before = reap!.Platform.Captures;
                isScanned = SpinWait.SpinUntil(() => reap.Platform.Captures > before, TimeSpan.FromSeconds(10));
                return null;
            },
        };

        reap.Run();

        Assert.True(isScanned, "A daemon that leaves the tree now would be lost.");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_caller_can_end_a_recording_with_the_token_of_the_grace_period()
    {
        await Task.CompletedTask;
        using var end = new CancellationTokenSource();
        var isEnded = false;
        var reap = new FakeReap
        {
            Options = new() { GracePeriod = Grace },
            BeforeKill = (_, endGrace) =>
            {
                end.Cancel();
                isEnded = endGrace.IsCancellationRequested;
                return null;
            },
        };

        reap.Run(end.Token);

        Assert.True(isEnded);
        Assert.Contains(FakePlatform.Kill, reap.Root.Signals);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(7, true)]
    [InlineData(0, false)]
    public async Task A_grace_period_that_was_used_up_before_the_reap_counts_as_a_hang(int whole, bool isRecorded)
    {
        await Task.CompletedTask;
        var recordings = 0;
        var reap = new FakeReap
        {
            Options = new() { GracePeriod = TimeSpan.Zero },
            WholeGracePeriod = TimeSpan.FromSeconds(whole),
            BeforeKill = (_, _) => $"{++recordings}",
        };

        var report = reap.Run();

        Assert.Equal(isRecorded ? "1" : null, report.StacksFile);
    }
}
