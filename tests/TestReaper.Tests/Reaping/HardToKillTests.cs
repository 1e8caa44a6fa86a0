using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class HardToKillTests : RealTrees
{
    private const int SigStop = 19;

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(200)]
    public async Task A_stopped_process_is_reaped(int grace)
    {
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.FromMilliseconds(grace) });
        using var root = reaper.Start(Info("--children", "1"));
        await Registry.WaitForAsync(2);
        foreach (var process in Registry.Alive())
        {
            Assert.Equal(0, LibC.kill(process.Pid, SigStop));
            await Poll.UntilAsync(() => ProcStat.StateOf(process.Pid) == 'T', "the process to stop");
        }

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.All(report.Processes, process => Assert.True(process.WasKilled));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zombie_whose_parent_never_waits_is_gone()
    {
        using var parent = StartBelowNeglectfulParent();
        try
        {
            var child = await OneAsync("root");

            var report = await ProcessReaper.KillTreeAsync(
                child.Pid, options: new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(10) });

            Assert.Equal('Z', ProcStat.StateOf(child.Pid));
            Assert.Equal(child.Pid, Assert.Single(report.Processes).ProcessId);
            Registry.AssertNoneAlive();
            Assert.False(parent.HasExited);
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_was_a_zombie_before_the_reap_is_reported_as_exited_before()
    {
        using var parent = StartBelowNeglectfulParent();
        try
        {
            var child = await OneAsync("root");
            child.Kill();
            await Poll.UntilAsync(
                () => ProcStat.StateOf(child.Pid) == 'Z' && Directory.GetDirectories($"/proc/{child.Pid}/task").Length == 1,
                "all threads of the child to die");

            var report = await ProcessReaper.KillTreeAsync(child.Pid, options: LongGrace);

            var process = Assert.Single(report.Processes);
            Assert.Equal((false, TimeSpan.Zero), (process.WasKilled, process.Elapsed));
            Assert.Contains("(had exited before)", report.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            parent.Kill();
        }
    }

    /// <summary>/proc says Z while the lock is still held: the rule "a zombie is gone" would leave the process alive.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_zombie_with_a_living_thread_is_not_gone_until_it_is_killed()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--linger-thread"));
        await Registry.WaitForAsync(1);
        await Poll.UntilAsync(() => ProcStat.StateOf(root.Id) == 'Z', "the main thread to exit");
        Registry.AssertAlive("root", 1);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.True(Assert.Single(report.Processes).WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_grace_period_does_not_end_with_the_main_thread()
    {
        var grace = TimeSpan.FromMilliseconds(500);
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = grace });
        using var root = reaper.Start(Info("--linger-thread", "--ignore-term"));
        await Registry.WaitForAsync(1);
        await Poll.UntilAsync(() => ProcStat.StateOf(root.Id) == 'Z', "the main thread to exit");

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.True(report.Processes[0].Elapsed >= grace, $"It was given {report.Processes[0].Elapsed}.");
    }

    /// <summary>Each generation leaves its session and dies at once: a single pass over /proc finds too few processes.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_process_that_keeps_forking_into_new_sessions_is_reaped()
    {
        const string Hop = "echo $$ > \"$1\"/.hop || exit; sleep 0.005; setsid /bin/sh -c \"$0\" \"$0\" \"$1\" & exit 0";
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(new ProcessStartInfo("/bin/sh", ["-c", Hop, Hop, Registry.Directory]));
        var beat = Path.Combine(Registry.Directory, ".hop");
        await Poll.UntilAsync(() => root.HasExited, "the first generation to exit");
        File.Delete(beat);
        await Poll.UntilAsync(() => File.Exists(beat), "the next generations");

        await reaper.ReapAsync();

        // Every generation writes its pid: if a deleted file does not come back, no writer is left.
        File.Delete(beat);
        await Task.Delay(300);
        Assert.False(File.Exists(beat), "A generation has survived.");
    }
}
