using System.Diagnostics;
using System.Runtime.InteropServices;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class GraceTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task A_reap_ends_with_an_orderly_exit()
    {
        var reaper = new ProcessReaper(LongGrace);
        using var root = reaper.Start(Info());
        await Registry.WaitForAsync(1);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.False(Assert.Single(report.Processes).WasKilled);
        Assert.InRange(report.Elapsed, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(20));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_slow_exit_within_the_grace_period_is_waited_for()
    {
        var reaper = new ProcessReaper(LongGrace);
        using var root = reaper.Start(Info("--slow-exit", "1500"));
        await Registry.WaitForAsync(1);

        var report = await reaper.ReapAsync();

        var process = Assert.Single(report.Processes);
        Assert.False(process.WasKilled);
        Assert.InRange(process.Elapsed, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(20));
        Assert.Contains("none of them by SIGKILL", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await ExitCodeOf(root));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_root_that_ignores_the_signal_is_killed_after_the_grace_period_and_not_before()
    {
        var grace = TimeSpan.FromMilliseconds(700);
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = grace });
        using var root = reaper.Start(Info("--ignore-term"));
        await Registry.WaitForAsync(1);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.True(report.Processes[0].WasKilled);
        Assert.InRange(report.Elapsed, grace, TimeSpan.FromSeconds(20));
    }

    [Fact(Timeout = 30_000)]
    public async Task By_default_the_stop_signal_goes_to_the_root_first_and_to_the_rest_after_the_drain()
    {
        var report = await ReapFamilyAsync(LongGrace);

        Assert.Equal([false, false, false], report.Processes.Select(process => process.WasKilled));
    }

    [Fact(Timeout = 30_000)]
    public async Task With_StopWholeTree_every_process_gets_the_stop_signal()
    {
        var report = await ReapFamilyAsync(LongGrace with { StopWholeTree = true });

        Assert.Equal([false, false, false], report.Processes.Select(process => process.WasKilled));
    }

    /// <summary>The reap never signals the children, but its signal to the root ends them.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Children_that_their_root_stops_are_reported_as_exited_during_the_reap()
    {
        var report = await ReapFamilyAsync(LongGrace, "--term-children");

        Assert.Equal([false, false, false], report.Processes.Select(process => process.WasKilled));
        Assert.All(report.Processes, process => Assert.True(process.Elapsed > TimeSpan.Zero));
        Assert.DoesNotContain("had exited before", report.ToString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData((PosixSignal)10, 128 + 10)]
    public async Task The_stop_signal_can_be_chosen(PosixSignal signal, int exitCode)
    {
        var reaper = new ProcessReaper(LongGrace with { StopSignal = signal });
        using var root = reaper.Start(Info());
        await Registry.WaitForAsync(1);

        await reaper.ReapAsync();

        Assert.Equal(exitCode, await ExitCodeOf(root));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_token_ends_the_grace_period()
    {
        using var endGrace = new CancellationTokenSource();
        var reaper = new ProcessReaper(LongGrace);
        using var root = reaper.Start(Info("--ignore-term"));
        await Registry.WaitForAsync(1);

        var reap = reaper.ReapAsync(endGrace.Token);
        await Task.Delay(100);
        Assert.False(reap.IsCompleted);
        Registry.AssertAlive("root", 1);
        await endGrace.CancelAsync();
        var report = await reap;

        Registry.AssertNoneAlive();
        Assert.True(report.Processes[0].WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancelled_token_skips_the_grace_period()
    {
        var reaper = new ProcessReaper(LongGrace);
        using var root = reaper.Start(Info());
        await Registry.WaitForAsync(1);

        await reaper.ReapAsync(new CancellationToken(canceled: true));

        Assert.Equal(128 + 9, await ExitCodeOf(root));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_the_root_starts_while_it_stops_is_reaped()
    {
        const string Script =
            "trap '\"$0\" --registry \"$1\" --role late --setsid & " +
            "while ! ls \"$1\"/late-* >\"$1\"/.ls 2>&1; do sleep 0.02; done; exit 0' TERM; " +
            "touch \"$1\"/.up; while :; do sleep 0.02; done";
        var reaper = new ProcessReaper(LongGrace);
        using var root = reaper.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, TestProgram.Path, Registry.Directory]));
        await Poll.UntilAsync(() => File.Exists(Path.Combine(Registry.Directory, ".up")), "the shell to run");

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        var late = Assert.Single(Registry.Registered());
        Assert.Contains(report.Processes, process => process.ProcessId == late.Pid);
        Assert.Equal(0, await ExitCodeOf(root));
    }

    private async Task<ReapReport> ReapFamilyAsync(ReapOptions options, params string[] args)
    {
        var reaper = new ProcessReaper(options);
        using var root = reaper.Start(Info(["--children", "2", .. args]));
        await Registry.WaitForAsync(3);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(0, await ExitCodeOf(root));
        return report;
    }
}
