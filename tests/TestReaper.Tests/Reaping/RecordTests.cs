using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class RecordTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task A_running_process_is_reaped_with_the_children_it_already_has()
    {
        using var bystander = await Bystander.StartAsync();
        using var root = StartUnknown("--depth", "1");
        await Registry.WaitForAsync(2);
        var reaper = new ProcessReaper(AtOnce);

        reaper.Record(root);
        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Equal(2, report.Processes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task Recorded_twice_is_recorded_once()
    {
        using var root = StartUnknown();
        await OneAsync("root");
        var reaper = new ProcessReaper(AtOnce);

        reaper.Record(root);
        reaper.Record(root);

        Assert.Single((await reaper.ReapAsync()).Processes);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_started_by_another_process_is_reaped()
    {
        using var parent = StartUnknown("--children", "1");
        var child = await OneAsync("child");
        using var process = Process.GetProcessById(child.Pid);
        var reaper = new ProcessReaper(AtOnce);

        reaper.Record(process);
        await reaper.ReapAsync();

        Registry.AssertAlive("child", 0);
        Registry.AssertAlive("root", 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_has_exited_is_not_killed()
    {
        using var process = StartUnknown("--exit-after", "0");
        await process.WaitForExitAsync();
        var reaper = new ProcessReaper();

        reaper.Record(process);

        Assert.DoesNotContain((await reaper.ReapAsync()).Processes, reaped => reaped.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_object_may_be_disposed_after_the_recording()
    {
        var reaper = new ProcessReaper(AtOnce);
        using (reaper.Start(Info("--children", "1")))
        {
            await Registry.WaitForAsync(2);
        }

        await reaper.ReapAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_current_process_and_its_ancestors_are_refused()
    {
        var reaper = new ProcessReaper();
        using var self = Process.GetCurrentProcess();
        var parentPid = ProcStat.ParentOf(self.Id)!.Value;
        Assert.True(parentPid > 1, "The test host should have a parent other than init.");
        using var parent = Process.GetProcessById(parentPid);

        Assert.Contains(
            "the current process", Assert.Throws<ArgumentException>(() => reaper.Record(self)).Message, StringComparison.Ordinal);
        var refusal = Assert.Throws<ArgumentException>(() => reaper.Record(parent));

        Assert.Contains($"Process {parentPid} is an ancestor of the current process", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("process", refusal.ParamName);
        Assert.Equal("Nothing to reap (nothing was recorded).", (await reaper.ReapAsync()).ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_object_without_a_process_is_refused()
    {
        var reaper = new ProcessReaper();

        Assert.Throws<ArgumentNullException>(() => reaper.Record(null!));
        Assert.Throws<InvalidOperationException>(() => reaper.Record(new Process()));

        Assert.Empty((await reaper.ReapAsync()).Processes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_exited_before_it_was_recorded_still_raises_Exited()
    {
        using var process = Process.Start("/bin/sh", ["-c", "exit 3"]);
        await Poll.UntilAsync(() => !Directory.Exists($"/proc/{process.Id}"), "the exit to be collected");
        var exited = new TaskCompletionSource();

        new ProcessReaper().Record(process);
        process.Exited += (_, _) => exited.TrySetResult();
        process.EnableRaisingEvents = true;

        await exited.Task;
        Assert.Equal(3, process.ExitCode);
    }
}
