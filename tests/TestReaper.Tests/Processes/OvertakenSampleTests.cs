using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Reaping;
using Xunit;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Processes;

/// <summary>
/// A sample has captured the processes and waits for the lock of a tree while the reap of that tree runs. What it captured is outdated.
/// </summary>
public sealed class OvertakenSampleTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task It_does_not_remove_the_members_that_the_reap_has_killed()
    {
        using var root = StartUnknown("--children", "2");
        await Registry.WaitForAsync(3);
        using var tree = new TreeTracker(ProcessPlatform.Current, scope: null);
        tree.AddRoot(new ProcessIdentity(root.Id, ProcStat.StartTimeOf(root.Id)!.Value));

        SampleOvertakenBy(
            () => new ReapPipeline(new ReapRequest(ProcessPlatform.Current, tree, AtOnce, NullLogger.Instance, TimeProvider.System))
                .Run(CancellationToken.None),
            ProcessPlatform.Current,
            tree);

        Registry.AssertNoneAlive();
        Assert.Equal(
            Registry.Registered().Select(process => process.Pid).Order(), tree.Members.Select(member => member.Identity.Pid).Order());
        Assert.All(tree.Members, member => Assert.True(member.IsGone));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_does_not_add_a_process_that_was_gone_before_the_reap()
    {
        await Task.CompletedTask;
        var system = new FakePlatform();
        using var tree = Tree(system, out var child);

        SampleOvertakenBy(
            () =>
            {
                system.Remove(child);
                tree.Observe(keepGone: true);
            },
            system,
            tree);

        Assert.Equal([100], tree.Members.Select(member => member.Identity.Pid));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_adds_nothing_to_a_tree_that_is_disposed()
    {
        await Task.CompletedTask;
        var system = new FakePlatform();
        using var tree = Tree(system, out _);

        SampleOvertakenBy(tree.Dispose, system, tree, isRemoved: false);

        Assert.Equal([100], tree.Members.Select(member => member.Identity.Pid));
    }

    // The first question of the scan comes before it takes the lock of the tree, the second one under the lock.
    private static void SampleOvertakenBy(Action reap, IProcessPlatform platform, TreeTracker tree, bool isRemoved = true)
    {
        var questions = 0;
        new SharedScan(platform).Run([tree], IsSampled, patience: TimeSpan.FromSeconds(10));
        Assert.Equal(isRemoved ? 2 : 1, questions);

        bool IsSampled(TreeTracker asked)
        {
            if (questions++ == 0)
            {
                reap();
                return true;
            }

            return !isRemoved;
        }
    }

    private static TreeTracker Tree(FakePlatform system, out FakeProcess child)
    {
        var root = system.Add(100, 100, Environment.ProcessId, group: 100, session: 100);
        child = system.Add(101, 101, parent: 100, group: 100, session: 100);
        var tree = new TreeTracker(system, scope: null);
        tree.AddRoot(root.Identity);
        return tree;
    }
}
