using TestReaper.Processes;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LiveTreesTests
{
    // What is forgiven is so for all of the process: each test has its own pids, that no other fake has.
    private static int _nextPid = 2_000_000;
    private readonly FakePlatform _system = new();
    private readonly TreeOwner _owner = new("Class");

    [Fact(Timeout = 30_000)]
    public async Task A_tree_is_there_with_its_owner_until_it_is_removed()
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
    public async Task A_look_finds_who_lives_now_and_was_not_there_at_the_start()
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
    public async Task Whoever_was_in_a_tree_when_it_is_removed_is_forgiven_dead_or_alive()
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
    public async Task Nobody_of_a_tree_that_was_never_there_is_forgiven()
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
