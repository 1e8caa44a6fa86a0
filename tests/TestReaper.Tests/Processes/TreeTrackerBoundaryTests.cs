using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Tests which processes a tree never claims.</summary>
public sealed class TreeTrackerBoundaryTests
{
    private readonly FakePlatform _platform = new();

    /// <summary>All four layers match: a child of a member, in its group, in its session, with its scope.</summary>
    [Fact(Timeout = 30_000)]
    public async Task This_process_and_its_ancestors_are_never_claimed_even_if_all_layers_match()
    {
        await Task.CompletedTask;
        var root = _platform.Add(100, 5, parent: 1, group: 100, session: 100, "s");
        int[] ownLine = [Environment.ProcessId, FakePlatform.HostGroup, FakePlatform.HostSession];
        _platform.Find(FakePlatform.HostSession)!.Parent = 100;
        foreach (var own in ownLine.Select(pid => _platform.Find(pid)!))
        {
            own.Scopes = ["s"];
        }

        (_platform.Find(FakePlatform.HostGroup)!.Group, _platform.Find(FakePlatform.HostSession)!.Session) = (100, 100);
        var control = _platform.Add(101, 20, parent: 1, group: 100, session: 100);
        using var tree = Track(root, "s");

        tree.Observe();

        Assert.Equal([100, 101], tree.Members.Select(member => member.Identity.Pid).Order());
        Assert.Contains(tree.Members, member => member.Identity == control.Identity);
        Assert.DoesNotContain(100, tree.KillableGroups());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_older_than_every_root_is_never_claimed()
    {
        await Task.CompletedTask;
        var root = _platform.Add(100, 40, parent: 1, group: 100, session: 100);
        var older = _platform.Add(101, 39, parent: 100, group: 100, session: 100, "s");
        var alike = _platform.Add(102, 40, parent: 100);
        using var tree = Track(root, "s");

        tree.Observe();

        Assert.DoesNotContain(tree.Members, member => member.Identity == older.Identity);
        Assert.Contains(tree.Members, member => member.Identity == alike.Identity);
        Assert.DoesNotContain(100, tree.KillableGroups());
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unrelated_process_with_the_pid_of_a_dead_member_is_not_claimed()
    {
        await Task.CompletedTask;
        var root = _platform.Add(100, 100, parent: 1);
        using var tree = Track(root);
        tree.Observe();
        _platform.Remove(root);
        _platform.Add(100, 200, parent: 1, group: 100, session: 100);
        _platform.Add(101, 201, parent: 100, group: 100, session: 100);

        Assert.Equal(new Observation(Living: 0, IsClean: true), tree.Observe(keepGone: true));
        Assert.Equal([root.Identity], tree.Members.Select(member => member.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_spared_process_leads_to_its_children_but_is_not_a_member()
    {
        await Task.CompletedTask;
        var root = _platform.Add(100, 100, parent: 1, group: 100, session: 100);
        var spared = _platform.Add(101, 101, parent: 100, group: 101, session: 100);
        var child = _platform.Add(102, 102, parent: 101, group: 101, session: 100);
        using var tree = new TreeTracker(_platform, scope: null, spared: [100, 101]);
        tree.AddRoot(root.Identity);

        Assert.Equal(1, tree.Observe().Living);
        Assert.Equal([child.Identity], tree.Members.Select(member => member.Identity));
        Assert.Empty(tree.KillableGroups());
        Assert.Empty(spared.Signals);
    }

    /// <summary>
    /// The leader of the host's own group may be another process of a pipeline and not an ancestor. Its group is not its tree.
    /// </summary>
    [Fact(Timeout = 30_000)]
    public async Task The_group_and_the_session_of_this_process_never_belong_to_a_tree()
    {
        await Task.CompletedTask;
        var root = _platform.Add(100, 5, parent: 1, group: 100, session: 100);
        var host = _platform.Find(Environment.ProcessId)!;
        (host.Group, host.Session) = (100, 100);
        var neighbour = _platform.Add(101, 60, parent: Environment.ProcessId, group: 100, session: 100);
        using var tree = Track(root);

        tree.Observe();

        Assert.DoesNotContain(tree.Members, member => member.Identity == neighbour.Identity);
    }

    private TreeTracker Track(FakeProcess root, string? scope = null)
    {
        var tree = new TreeTracker(_platform, scope);
        tree.AddRoot(root.Identity);
        return tree;
    }
}
