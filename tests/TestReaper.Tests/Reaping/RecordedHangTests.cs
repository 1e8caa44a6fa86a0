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
}
