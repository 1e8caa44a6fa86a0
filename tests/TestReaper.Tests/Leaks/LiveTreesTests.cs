using TestReaper.Processes;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LiveTreesTests
{
    // Exclusions are process-wide, so each test uses pids of its own.
    private static int _nextPid = 2_000_000;
    private readonly FakePlatform _system = new();
    private readonly TreeOwner _owner = new("Class");

    [Fact(Timeout = 30_000)]
    public async Task A_tree_is_listed_with_its_owner_until_it_is_removed()
    {
        await Task.CompletedTask;
        using var tree = Tree(out _);
        LiveTrees.Add(tree, _owner, "Start", () => Task.CompletedTask);

        var live = Assert.Single(LiveTrees.All, live => live.Tree == tree);

        Assert.Equal((_owner, "Start"), (live.Owner, live.Description));
        LiveTrees.Remove(tree);
        Assert.DoesNotContain(LiveTrees.All, live => live.Tree == tree);
    }

    [Fact(Timeout = 30_000)]
    public async Task FindLiving_includes_members_that_started_later()
    {
        await Task.CompletedTask;
        using var tree = Tree(out var root);
        var live = new LiveTree(tree, _owner, "Start", () => Task.CompletedTask);
        Assert.Equal([root.Identity], live.FindLiving());
        var child = _system.Add(root.Pid + 1, 101, root.Pid);

        Assert.Equal([root.Identity, child.Identity], live.FindLiving().OrderBy(identity => identity.Pid));
        root.Die();
        Assert.Equal([child.Identity], live.FindLiving());
    }

    [Fact(Timeout = 30_000)]
    public async Task Members_of_a_removed_tree_are_excluded_dead_or_alive()
    {
        await Task.CompletedTask;
        using var tree = Tree(out var root);
        var child = _system.Add(root.Pid + 1, 101, root.Pid);
        LiveTrees.Add(tree, _owner, "Start", () => Task.CompletedTask);
        tree.Observe();
        root.Die();
        tree.Observe(keepGone: true);

        LiveTrees.Remove(tree);

        Assert.True(LiveTrees.IsExcluded(child.Identity));
        Assert.True(LiveTrees.IsExcluded(root.Identity));
        Assert.False(LiveTrees.IsExcluded(child.Identity with { StartTime = 102 }));
    }

    [Fact(Timeout = 30_000)]
    public async Task Members_of_a_tree_that_was_never_listed_are_not_excluded()
    {
        await Task.CompletedTask;
        using var tree = Tree(out var root);

        LiveTrees.Remove(tree);

        Assert.False(LiveTrees.IsExcluded(root.Identity));
    }

    private TreeTracker Tree(out FakeProcess root)
    {
        root = _system.Add(Interlocked.Add(ref _nextPid, 10), 100, Environment.ProcessId);
        var tree = new TreeTracker(_system, scope: null);
        tree.AddRoot(root.Identity);
        return tree;
    }
}
