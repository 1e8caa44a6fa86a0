using TestReaper.Gpu.Release;
using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>Who holds a device while a reap waits for it: the tree, neighbours, this process, and processes that are not visible.</summary>
public sealed class ReleaseHolderTests
{
    private const long GiB = ReleaseScene.GiB, MiB = ReleaseScene.MiB;

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(ReleaseScene.Unknown)]
    public async Task An_entry_of_the_tree_without_an_amount_holds_the_device_until_it_is_gone(long bytes)
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB).Machine.Set($"d0.p0.bytes {bytes}");
        var reap = await scene.ReapAsync();
        scene.Machine.Set($"d0.used {4 * MiB}");
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);

        scene.Free();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_neighbour_of_unknown_size_that_has_left_hides_no_leak_behind_its_memory()
    {
        using var machine = GpuMachine.WithNvidia("count 1", $"d0.used {40 * GiB}", $"d0.p1.pid {ReleaseScene.Neighbour}",
            $"d0.p1.bytes {ReleaseScene.Unknown}", $"d0.p0.pid {ReleaseScene.Neighbour}", $"d0.p0.bytes {ReleaseScene.Unknown}");
        machine.AddProcess(ReleaseScene.Neighbour);
        using var scene = await ReleaseScene.StartAsync(machine);
        scene.Machine.Set($"d0.p1.pid {scene.Pid}", $"d0.used {60 * GiB}");
        var reap = await scene.ReapAsync();

        scene.Machine.Set($"d0.p0.pid {ReleaseScene.NoPid}", $"d0.used {20 * GiB}");

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Contains($"process {ReleaseScene.Neighbour}", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_neighbour_that_grows_raises_the_target_and_is_named()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();

        scene.AddNeighbour(30 * GiB).Machine.Set($"d0.used {(30 * GiB) + (4 * MiB)}");

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.Equal($"process {ReleaseScene.Neighbour} outside the tree holds 30.0 GiB", condition.Detail);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_memory_of_this_process_is_not_the_trees()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();

        scene.AddNeighbour(30 * GiB, pid: Environment.ProcessId).Machine.Set($"d0.used {(30 * GiB) + (4 * MiB)}");

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.Equal($"this test host (process {Environment.ProcessId}) outside the tree holds 30.0 GiB", condition.Detail);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_neighbour_does_not_hide_memory_above_what_it_holds()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.AddNeighbour(10 * GiB);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        Assert.Equal(
            "no process that the driver lists; 40.0 GiB of 80.0 GiB are used, 28.4 GiB above the target of 11.6 GiB; " +
                $"process {ReleaseScene.Neighbour} outside the tree holds 10.0 GiB",
            Assert.Single(failure.Report.Releases).Detail);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_new_neighbour_of_unknown_size_leaves_memory_above_the_target_unverified()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.AddNeighbour(ReleaseScene.Unknown);

        var condition = Assert.Single((await reap).Releases);

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.EndsWith(
            $"and the driver does not report the memory of process {ReleaseScene.Neighbour}, which is outside the tree",
            condition.Detail,
            StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_neighbour_of_unknown_size_that_was_there_before_explains_no_memory_above_the_target()
    {
        using var scene = new ReleaseScene(GpuMachine.WithNvidia("count 1")).AddNeighbour(ReleaseScene.Unknown);
        scene.Observe();
        await scene.LaunchAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.AddNeighbour(ReleaseScene.Unknown);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        Assert.Equal(ReleaseVerdict.Held, Assert.Single(failure.Report.Releases).Verdict);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(4 * MiB, ReleaseVerdict.Released, "only its memory was verified, since the driver lists process 4711")]
    [InlineData(40 * GiB, ReleaseVerdict.NotVerified, "40.0 GiB of 80.0 GiB are used, 38.4 GiB above the target of 1.6 GiB")]
    public async Task With_a_holder_that_is_not_visible_the_memory_proves_a_release_but_no_leak(
        long used, ReleaseVerdict verdict, string detail)
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Machine.Set($"d0.used {used}", "d0.p0.pid 4711");

        var condition = Assert.Single((await reap).Releases);

        Assert.Equal(verdict, condition.Verdict);
        Assert.StartsWith(detail, condition.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pid_that_another_living_process_has_is_not_the_trees()
    {
        await Task.CompletedTask;
        var platform = ProcessPlatform.Current;
        Assert.Equal(ReadOutcome.Read, platform.Processes.TryRead(Environment.ProcessId, out var self));
        var tree = new GpuTree(platform);

        tree.Add(new ProcessIdentity(self.Pid, self.Identity.StartTime - 1), "earlier");
        Assert.False(tree.Contains(self.Pid));
        tree.Add(new ProcessIdentity(ReleaseScene.Neighbour, 5), "gone");
        Assert.True(tree.Contains(ReleaseScene.Neighbour));

        tree.Add(self.Identity, "now");
        Assert.True(tree.Contains(self.Pid));
    }
}
