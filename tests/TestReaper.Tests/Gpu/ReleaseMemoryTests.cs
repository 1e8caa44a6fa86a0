using System.Diagnostics;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The memory of a device while a reap waits for it.</summary>
public sealed class ReleaseMemoryTests
{
    private const long GiB = ReleaseScene.GiB, MiB = ReleaseScene.MiB;

    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_that_is_free_at_once_is_released()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        await scene.Observation.ObserveReadyAsync(scene.Tree.Members, CancellationToken.None);
        scene.Free();

        var condition = await scene.ReleasedAsync();

        Assert.Equal(ReleaseResource.Gpu, condition.Resource);
        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.Equal("GPU 0 (Stand-in GPU, GPU-0)", condition.Name);
        Assert.Null(condition.Detail);
        Assert.Empty(scene.Logger.Warnings);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Memory_that_is_free_later_is_waited_for(int seconds) => await ReleaseAfterAsync(TimeSpan.FromSeconds(seconds));

    [SkippableFact(Timeout = 90_000)]
    [Trait("Category", "Full")]
    public async Task Memory_that_is_free_after_16_s_is_waited_for() => await ReleaseAfterAsync(TimeSpan.FromSeconds(16));

    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_that_is_freed_in_steps_is_released_with_the_last()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Unlist();
        foreach (var left in new[] { 20 * GiB, 2 * GiB, (4 * MiB) + (2 * GiB) })
        {
            scene.Machine.Set($"d0.used {left}");
            await Task.Delay(200);
            Assert.False(reap.IsCompleted);
        }

        scene.Machine.Set($"d0.used {300 * MiB}");

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_that_is_never_freed_fails_the_reap_and_the_message_has_the_amounts()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        var start = Stopwatch.GetTimestamp();
        var reap = await scene.ReapAsync();
        scene.Unlist();

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        var condition = Assert.Single(failure.Report.Releases);
        Assert.Equal(ReleaseVerdict.Held, condition.Verdict);
        Assert.Equal(
            "no process that the driver lists; 40.0 GiB of 80.0 GiB are used, 38.4 GiB above the target of 1.6 GiB", condition.Detail);
        Assert.InRange(condition.Elapsed, ReleaseScene.Short, ReleaseScene.Short + TimeSpan.FromSeconds(1));
        Assert.InRange(Stopwatch.GetElapsedTime(start), ReleaseScene.Short, ReleaseScene.Short + TimeSpan.FromSeconds(5));
        Assert.Contains("raise ReapOptions.GpuReleaseTimeout", failure.Message, StringComparison.Ordinal);
        var failed = Assert.Single(failure.Report.FailedGpus);
        Assert.Equal(("GPU-0", 40 * GiB + 4 * MiB), (failed.Uuid, failed.Used));
        Assert.Equal(4 * MiB + (80 * GiB / 50), failed.Target);
        Assert.Contains("38.4 GiB above the target", Assert.Single(scene.Logger.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_pid_that_stays_listed_holds_the_device_although_its_memory_is_free()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        scene.Machine.Set($"d0.used {4 * MiB}");

        var (failure, condition) = await scene.FailedAsync();

        Assert.Equal(ReleaseVerdict.Held, condition.Verdict);
        Assert.StartsWith($"process {scene.Pid} (", condition.Detail, StringComparison.Ordinal);
        Assert.Contains("with 40.0 GiB, which the driver still lists", condition.Detail, StringComparison.Ordinal);
        Assert.Contains("; 4.0 MiB of 80.0 GiB are used", condition.Detail, StringComparison.Ordinal);
        Assert.Single(failure.Report.FailedGpus);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_neighbour_that_has_left_lowers_the_target()
    {
        using var scene = new ReleaseScene(GpuMachine.WithNvidia("count 1", $"d0.used {30 * GiB}")).AddNeighbour(30 * GiB);
        scene.Observe();
        await scene.LaunchAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Unlist().Machine.Set($"d0.used {20 * GiB}");
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);

        scene.Free();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task One_reading_does_not_release_a_device()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Unlist().Machine.Set($"d0.flicker {4 * MiB}");
        await Task.Delay(1000);
        Assert.False(reap.IsCompleted);

        scene.Free();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(null, 1638, true)]
    [InlineData(null, 1650, false)]
    [InlineData(2000 * MiB, 1990, true)]
    [InlineData(0L, 5, false)]
    [InlineData(0L, 4, true)]
    public async Task The_headroom_is_what_may_stay(long? headroom, long used, bool isReleased)
    {
        using var scene = new ReleaseScene(GpuMachine.WithNvidia("count 1")) { Headroom = headroom };
        scene.Observe();
        await scene.LaunchAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromMilliseconds(300) };
        scene.Use(40 * GiB);
        await scene.Observation.ObserveReadyAsync(scene.Tree.Members, CancellationToken.None);
        scene.Unlist().Machine.Set($"d0.used {used * MiB}");

        var reap = await scene.ReapAsync();

        var failure = await Record.ExceptionAsync(() => reap);
        Assert.Equal(isReleased, failure is null);
    }

    private static async Task ReleaseAfterAsync(TimeSpan delay)
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromSeconds(40) };
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Unlist();
        await Task.Delay(delay);
        Assert.False(reap.IsCompleted);

        scene.Free();

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.InRange(condition.Elapsed, delay - TimeSpan.FromSeconds(0.5), delay + TimeSpan.FromSeconds(2));
    }
}
