using System.Diagnostics;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>Drivers and devices that fail before or during the wait.</summary>
public sealed class ReleaseFaultTests
{
    private const long GiB = ReleaseScene.GiB;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(4);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("d0.memory2 15")]
    [InlineData("d0.handle 15")]
    [InlineData("d0.handle 16")]
    public async Task A_lost_device_fails_the_reap_at_once(string state)
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        await Task.Delay(200);
        var start = Stopwatch.GetTimestamp();
        scene.Machine.Set(state);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Margin);
        var condition = Assert.Single(failure.Report.Releases);
        Assert.Equal(ReleaseVerdict.Held, condition.Verdict);
        Assert.StartsWith("the device itself, which has failed: NVML cannot read", condition.Detail, StringComparison.Ordinal);
        Assert.Contains("needs a reset", failure.Message, StringComparison.Ordinal);
        Assert.Equal("GPU-0", Assert.Single(failure.Report.FailedGpus).Uuid);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_reading_before_the_launch_that_fails_is_logged_and_the_release_is_not_verified()
    {
        using var scene = await ReleaseScene.StartAsync("init 18");
        Assert.Contains("driver/library version mismatch", Assert.Single(scene.Logger.Warnings), StringComparison.Ordinal);
        scene.Machine.Set("init 0");
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        await Task.Delay(200);
        Assert.False(reap.IsCompleted);

        scene.Unlist();

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.StartsWith("the reading before the launch failed: NVML cannot be initialized", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_baseline_a_listed_pid_still_fails_the_reap()
    {
        using var scene = await ReleaseScene.StartAsync("init 18");
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Machine.Set("init 0");
        scene.Use(40 * GiB);

        var (_, condition) = await scene.FailedAsync();

        Assert.Equal(ReleaseVerdict.Held, condition.Verdict);
        Assert.StartsWith($"process {scene.Pid} ", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("count 0", "the driver does not list the device any more")]
    [InlineData("d0.handle 4", "this user has no permission")]
    [InlineData("d0.memory2 10", "NVML cannot read the memory of GPU 0: Timeout (code 10)")]
    [InlineData("d0.memory2 3", "the driver does not report the used memory")]
    public async Task Telemetry_that_is_lost_fails_the_reap(string state, string reason)
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Unlist().Machine.Set(state);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        var condition = Assert.Single(failure.Report.Releases);
        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.StartsWith("the telemetry that worked before the launch is lost", condition.Detail, StringComparison.Ordinal);
        Assert.Contains(reason, condition.Detail, StringComparison.Ordinal);
        Assert.Single(failure.Report.FailedGpus);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Telemetry_that_comes_back_in_time_releases_the_device()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Free().Machine.Set("count 0");
        await Task.Delay(500);

        scene.Machine.Set("count 1");

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    /// <summary>The library has been closed since the baseline, so it is initialized again.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_was_updated_since_the_baseline_is_lost_telemetry()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        await scene.Observation.ObserveReadyAsync(scene.Tree.Members, CancellationToken.None);
        await Infrastructure.Poll.UntilAsync(() => scene.Machine.Calls.Contains("shutdown"), "the library to be closed");
        scene.Machine.Set("init 18");

        var (failure, condition) = await scene.FailedAsync();

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Contains("driver/library version mismatch", condition.Detail, StringComparison.Ordinal);
        Assert.Single(failure.Report.FailedGpus);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("hang_memory 1")]
    [InlineData("hang_processes 1")]
    public async Task A_query_that_hangs_during_the_wait_keeps_the_deadline(string state)
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        scene.Use(40 * GiB);
        await scene.Observation.ObserveReadyAsync(scene.Tree.Members, CancellationToken.None);
        scene.Machine.Set(state);
        var start = Stopwatch.GetTimestamp();

        var (failure, condition) = await scene.FailedAsync();

        // Two seconds for the reading before the first signal.
        var expected = ReleaseScene.Short + TimeSpan.FromSeconds(2);
        Assert.InRange(Stopwatch.GetElapsedTime(start), ReleaseScene.Short, expected + Margin);
        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Contains("The GPU drivers gave no answer", condition.Detail, StringComparison.Ordinal);
        Assert.Single(failure.Report.FailedGpus);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_before_the_launch_costs_the_limit_and_fails_nothing()
    {
        using var scene = new ReleaseScene(GpuMachine.WithNvidia("count 1", "hang_init 1")) { Limit = ReleaseScene.Short };
        var start = Stopwatch.GetTimestamp();
        scene.Observe();
        Assert.InRange(Stopwatch.GetElapsedTime(start), ReleaseScene.Short, ReleaseScene.Short + Margin);
        await scene.LaunchAsync();

        var condition = await scene.ReleasedAsync();

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Contains("the devices that it used could not be determined", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_query_that_hangs_before_the_first_signal_costs_two_seconds_at_most()
    {
        using var scene = await ReleaseScene.StartAsync("hang_init 0");
        scene.Machine.Set("hang_memory 1");
        var start = Stopwatch.GetTimestamp();

        var condition = await scene.ReleasedAsync();

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2) + Margin);
    }

    /// <summary>The deadline of the ports is not that of the GPUs, and both run at the same time.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_query_that_hangs_does_not_delay_the_verdict_about_a_lock()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short, LockFiles = [scene.Machine.Roots.Proc + ".lock"] };
        scene.Use(40 * GiB);
        await scene.Observation.ObserveReadyAsync(scene.Tree.Members, CancellationToken.None);
        var reap = await scene.ReapAsync();
        scene.Machine.Set("hang_memory 1");

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        var byResource = failure.Report.Releases.ToDictionary(release => release.Resource);
        Assert.Equal(ReleaseVerdict.Released, byResource[ReleaseResource.Lock].Verdict);
        Assert.InRange(byResource[ReleaseResource.Lock].Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(byResource[ReleaseResource.Gpu].Elapsed, ReleaseScene.Short, ReleaseScene.Short + Margin);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Amounts_of_NVMLs_two_memory_calls_are_not_compared()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        await scene.Observation.ObserveReadyAsync(scene.Tree.Members, CancellationToken.None);
        await Infrastructure.Poll.UntilAsync(() => scene.Machine.Calls.Contains("shutdown"), "the library to be closed");
        scene.Free().Machine.Set("d0.memory2 25");

        var condition = await scene.ReleasedAsync();

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Contains("not comparable", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_is_unloaded_is_not_verified()
    {
        using var scene = await ReleaseScene.StartAsync();
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        scene.Machine.Delete("proc/driver");

        var condition = Assert.Single((await reap).Releases);

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Equal("no GPU driver is loaded any more", condition.Detail);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_library_there_is_no_condition()
    {
        using var scene = new ReleaseScene(GpuMachine.WithNvidia("count 1"));
        File.Delete(scene.Machine.Roots.Nvml);
        scene.Observe();
        await scene.LaunchAsync();

        var report = await await scene.ReapAsync();

        Assert.Empty(report.Releases);
        Assert.Empty(scene.Logger.Warnings);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_leased_device_without_telemetry_is_not_verified_at_once()
    {
        using var scene = new ReleaseScene(GpuMachine.WithNvidia("count 1", "init 18")) { Leased = ["GPU-0"] };
        scene.Observe();
        await scene.LaunchAsync();

        var condition = await scene.ReleasedAsync();

        Assert.Equal(("GPU GPU-0", ReleaseVerdict.NotVerified), (condition.Name, condition.Verdict));
        Assert.InRange(condition.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }
}
