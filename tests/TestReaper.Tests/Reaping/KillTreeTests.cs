using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class KillTreeTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task Without_options_a_tree_is_killed_at_once_and_an_unrelated_process_in_its_group_lives()
    {
        using var bystander = await Bystander.StartAsync();
        using var root = StartUnknown("--depth", "2");
        await Registry.WaitForAsync(3);
        Assert.Equal(ProcStat.GroupOf(bystander.Pid), ProcStat.GroupOf(root.Id));

        var report = await ProcessReaper.KillTreeAsync(root.Id);

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Equal(3, report.Processes.Count);
        Assert.Equal(128 + 9, await ExitCodeOf(root));
        Assert.Equal("parent, group, session; what has left its parent, group and session can escape; pidfd", report.Mechanism);
    }

    [Fact(Timeout = 30_000)]
    public async Task With_a_grace_period_the_root_may_stop_in_order()
    {
        using var root = StartUnknown();
        await Registry.WaitForAsync(1);

        var report = await ProcessReaper.KillTreeAsync(root.Id, options: LongGrace);

        Assert.Equal(0, await ExitCodeOf(root));
        Assert.False(Assert.Single(report.Processes).WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_the_root_its_descendants_die_and_it_lives()
    {
        using var root = StartUnknown("--depth", "2", "--children", "2");
        await Registry.WaitForAsync(5);

        var report = await ProcessReaper.KillTreeAsync(root.Id, includeRoot: false);

        Assert.Equal(root.Id, Assert.Single(Registry.Alive()).Pid);
        Assert.Equal(4, report.Processes.Count);
        Assert.DoesNotContain(report.Processes, process => process.ProcessId == root.Id);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_excluded_root_is_not_killed_with_its_group()
    {
        using var root = StartUnknown("--setsid", "--children", "2", "--orphan");
        await OrphanedAsync("orphan", root);
        await Registry.WaitForAsync(4);

        await ProcessReaper.KillTreeAsync(root.Id, includeRoot: false);

        Assert.Equal(root.Id, Assert.Single(Registry.Alive()).Pid);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_excepted_process_lives_and_its_children_die()
    {
        using var root = StartUnknown("--depth", "2");
        var levels = await Registry.WaitForAsync(2, "level");
        var middle = levels.Single(level => ProcStat.ParentOf(level.Pid) == root.Id);

        var report = await ProcessReaper.KillTreeAsync(root.Id, except: [middle.Pid]);

        Assert.Equal(middle.Pid, Assert.Single(Registry.Alive()).Pid);
        Assert.Equal(2, report.Processes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_whole_group_of_a_root_that_leads_one_dies()
    {
        using var bystander = await Bystander.StartAsync();
        using var root = StartUnknown("--setpgid", "--orphan");
        var orphan = await OrphanedAsync("orphan", root);
        Assert.Equal(root.Id, ProcStat.GroupOf(orphan.Pid));

        var report = await ProcessReaper.KillTreeAsync(root.Id);

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Equal("group", Assert.Single(report.Processes, process => process.ProcessId == orphan.Pid).FoundBy);
    }

    [Fact(Timeout = 30_000)]
    public async Task Another_group_in_the_session_of_the_root_dies_too()
    {
        using var root = StartUnknown("--setsid", "--orphan", "--child-arg", "--setpgid");
        var orphan = await OrphanedAsync("orphan", root);
        Assert.Equal((orphan.Pid, root.Id), (ProcStat.GroupOf(orphan.Pid), ProcStat.SessionOf(orphan.Pid)));

        var report = await ProcessReaper.KillTreeAsync(root.Id);

        Registry.AssertNoneAlive();
        Assert.Equal("session", Assert.Single(report.Processes, process => process.ProcessId == orphan.Pid).FoundBy);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_group_of_a_zombie_root_dies()
    {
        using var parent = StartBelowNeglectfulParent("--setsid", "--orphan", "--exit-after", "0");
        try
        {
            var orphan = await OneAsync("orphan");
            var root = ProcStat.GroupOf(orphan.Pid)!.Value;
            await Poll.UntilAsync(() => ProcStat.StateOf(root) == 'Z', "the root to exit");

            await ProcessReaper.KillTreeAsync(root);

            Registry.AssertNoneAlive();
            Assert.Equal(parent.Id, ProcStat.ParentOf(root));
            Assert.False(parent.HasExited);
        }
        finally
        {
            parent.Kill();
        }
    }

    /// <summary>By default only the root gets the stop signal. With an excluded root, its children must get it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task With_a_grace_period_and_without_the_root_its_children_may_stop_in_order()
    {
        using var root = StartUnknown("--children", "2");
        await Registry.WaitForAsync(3);

        var report = await ProcessReaper.KillTreeAsync(root.Id, includeRoot: false, options: LongGrace);

        Registry.AssertAlive("root", 1);
        Assert.Equal(2, report.Processes.Count);
        Assert.All(report.Processes, process => Assert.False(process.WasKilled));
    }
}
