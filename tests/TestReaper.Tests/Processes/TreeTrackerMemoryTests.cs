using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Tests what is remembered from one scan to the next, and what is forgotten.</summary>
public sealed class TreeTrackerMemoryTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _platform = new();
    private readonly FakeProcess _root;
    private readonly TreeTracker _tree;

    public TreeTrackerMemoryTests()
    {
        _root = _platform.Add(100, 100, Environment.ProcessId, scopes: Scope);
        _tree = new TreeTracker(_platform, Scope);
        _tree.AddRoot(_root.Identity);
    }

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_died_before_the_reap_is_dropped_unless_it_is_the_root()
    {
        await Task.CompletedTask;
        var child = _platform.Add(101, 101, parent: 100);
        _tree.Observe();
        _platform.Remove(child);
        _platform.Remove(_root);

        Assert.Equal(0, _tree.Observe().Living);
        Assert.Equal([_root.Identity], _tree.Members.Select(member => member.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_died_during_a_reap_is_kept()
    {
        await Task.CompletedTask;
        var child = _platform.Add(101, 101, parent: 100);
        _tree.Observe(keepGone: true);
        _platform.Remove(child);

        Assert.Equal(1, _tree.Observe(keepGone: true).Living);
        Assert.True(_tree.Members.Single(member => member.Identity == child.Identity).IsGone);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zombie_leader_with_a_living_thread_counts_as_living()
    {
        await Task.CompletedTask;
        (_root.State, _root.Threads) = ('Z', 2);

        Assert.Equal(1, _tree.Observe().Living);

        _root.Threads = 1;
        Assert.Equal(0, _tree.Observe().Living);
    }

    /// <summary>With hidepid=2 a member that changes its user disappears from /proc. Only its handle still reports it as alive.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_member_that_has_become_unreadable_is_not_gone()
    {
        await Task.CompletedTask;
        _tree.Observe();
        _root.IsUnreadable = true;

        Assert.Equal(1, _tree.Observe().Living);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_is_forgotten_when_it_is_empty()
    {
        await Task.CompletedTask;
        var leader = _platform.Add(101, 101, parent: 100, group: 101, session: 101);
        _tree.Observe();
        _platform.Remove(leader);
        _tree.Observe();
        _platform.Add(102, 102, parent: 1, group: 101, session: 101);

        Assert.Equal(1, _tree.Observe().Living);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_is_forgotten_when_an_unrelated_process_reuses_its_id()
    {
        await Task.CompletedTask;
        var leader = _platform.Add(101, 101, parent: 100, group: 101, session: 101);
        _tree.Observe();
        _platform.Remove(leader);
        _platform.Add(101, 201, parent: 1, group: 101, session: 101);
        _platform.Add(102, 202, parent: 1, group: 101, session: 101);

        Assert.Equal(1, _tree.Observe().Living);
        Assert.DoesNotContain(101, _tree.KillableGroups());
    }

    /// <summary>Where init does not wait for its children, a dead group leader stays in /proc forever.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_group_whose_leader_is_a_zombie_still_belongs_to_the_tree()
    {
        await Task.CompletedTask;
        var leader = _platform.Add(101, 101, parent: 1, group: 101, session: 101, Scope);
        _platform.Add(102, 102, parent: 101, group: 101, session: 101);
        Assert.Equal(3, _tree.Observe().Living);
        leader.Die();
        _tree.Observe();
        _tree.Observe();
        var orphan = _platform.Add(103, 103, parent: 1, group: 101, session: 101);

        _tree.Observe();

        Assert.Contains(_tree.Members, member => member.Identity == orphan.Identity);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_root_added_twice_is_one_member()
    {
        await Task.CompletedTask;
        _tree.AddRoot(_root.Identity);

        Assert.Equal(1, _tree.Observe().Living);
        Assert.Single(_tree.Members);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_new_process_that_died_before_it_was_read_makes_a_scan_unclean()
    {
        await Task.CompletedTask;
        var known = _platform.Add(101, 60, parent: 1);
        _tree.Observe();
        known.IsUnreadable = true;
        Assert.True(_tree.Observe().IsClean);

        _platform.Add(102, 102, parent: 1).IsUnreadable = true;
        Assert.False(_tree.Observe().IsClean);
    }
}
