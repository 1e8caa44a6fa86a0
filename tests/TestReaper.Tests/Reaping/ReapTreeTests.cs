using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ReapTreeTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task A_tree_of_three_levels_is_reaped_and_an_unrelated_process_is_not()
    {
        using var bystander = await Bystander.StartAsync("--children", "1");
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--depth", "2"));
        var tree = await Registry.WaitForAsync(3);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Equal(tree.Select(process => process.Pid).Order(), report.Processes.Select(process => process.ProcessId).Order());
        Assert.All(report.Processes, process => Assert.True(process.WasKilled));
        Assert.Equal(
            (root.Id, "root", 0), (report.Processes[0].ProcessId, report.Processes[0].FoundBy, report.Processes[0].ParentProcessId));
        Assert.Equal(["parent", "parent"], report.Processes.Skip(1).Select(process => process.FoundBy));
        Assert.Contains("--depth 2", report.Processes[0].CommandLine, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_that_left_its_parent_and_its_session_is_reaped()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--daemon"));
        var daemon = await OrphanedAsync("daemon", root);
        Assert.Equal(daemon.Pid, ProcStat.SessionOf(daemon.Pid));

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.True(Assert.Single(report.Processes, process => process.ProcessId == daemon.Pid).WasKilled);
    }

    /// <summary>Like a daemon that left before the first scan: only the inherited scope links it to the tree.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_process_that_only_its_scope_links_to_the_tree_is_reaped()
    {
        var dump = Path.Combine(Registry.Directory, ".dump");
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--dump", dump));
        var environ = (await ProcessDump.ReadAsync(dump)).Environ;
        var info = Info("--role", "marked");
        var scope = environ.Single(variable => variable.StartsWith(ScopeId.Variable, StringComparison.Ordinal));
        info.Environment[ScopeId.Variable] = scope.Split('=')[1];
        using var marked = Process.Start(info)!;
        await OneAsync("marked");

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal("scope", Assert.Single(report.Processes, process => process.ProcessId == marked.Id).FoundBy);
        Assert.Contains("had left its parent, found by scope", report.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_whose_root_has_died_is_reaped()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--daemon"));
        var daemon = await OneAsync("daemon");
        root.Kill();
        await root.WaitForExitAsync();
        Registry.AssertAlive("daemon", 1);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Contains(report.Processes, process => process.ProcessId == daemon.Pid && process.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_orphan_in_the_group_of_the_test_host_is_reaped_and_an_unrelated_process_is_not()
    {
        using var bystander = await Bystander.StartAsync();
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--orphan"));
        var orphan = await OrphanedAsync("orphan", root);
        Assert.Equal(ProcStat.GroupOf(bystander.Pid), ProcStat.GroupOf(orphan.Pid));

        await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wide_tree_is_reaped()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--children", "12"));
        await Registry.WaitForAsync(13);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(13, report.Processes.Count);
        Assert.Contains("[12 alike]", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A daemon that is recorded right after its start has not called setsid yet.</summary>
    [Fact(Timeout = 30_000)]
    public async Task An_orphan_in_a_session_that_the_root_created_after_the_recording_is_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        var reaper = new ProcessReaper(AtOnce);
        using var root = StartUnknown("--setsid", "--orphan");
        reaper.Record(root);
        var orphan = await OrphanedAsync("orphan", root);
        Assert.Equal(root.Id, ProcStat.SessionOf(orphan.Pid));

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.True(Assert.Single(report.Processes, process => process.ProcessId == orphan.Pid).WasKilled);
    }
}
