using TestReaper.Gpu;
using TestReaper.Gpu.Quarantine;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>What a driver that hangs, has no device files, or has a leak that is over means for a start without a requirement.</summary>
public sealed class ReleaseStartTests : GpuServers
{
    [SkippableFact(Timeout = 60_000)]
    public async Task Without_device_files_the_list_of_the_driver_shows_a_device_that_is_used_after_the_start()
    {
        Machine.Delete("dev");
        var server = await StartAsync(Plain());
        Use(server);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Assert.Single(failure.Report.FailedGpus);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_at_the_baseline_leaves_the_server_half_of_the_startup_timeout()
    {
        Machine.Set("hang_memory 1");

        var server = await StartAsync(Plain() with { StartupTimeout = TimeSpan.FromSeconds(6) });

        Assert.Empty((await server.ReapAsync()).Releases);
        Assert.Contains(Logger.Warnings, warning => warning.Contains("before the launch could not be read", StringComparison.Ordinal));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_leak_that_is_over_is_not_blamed_for_the_memory_of_a_server_that_started_after_it()
    {
        GpuQuarantine.Add("Some.LeakingClass", [new("GPU-0", "GPU 0", GpuMemorySource.NvmlV2, 2 * GiB, 30 * GiB, "It was full.")]);
        var first = await StartAsync();
        Use(first);

        var second = await ServerProcess.StartAsync(
            Options() with
            {
                Readiness = Readiness.Custom("the second server uses the GPU, too", (server, _) =>
                {
                    Machine.AddProcess(server.ProcessId).Set(
                        $"d0.used {60 * GiB}", $"d0.p1.bytes {20 * GiB}", $"d0.p1.pid {server.ProcessId}");
                    return Task.FromResult(true);
                }),
            },
            Logger);

        var reaps = Task.WhenAll(second.ReapAsync(), first.ReapAsync());
        await GoneAsync();
        Free();
        await reaps;
        Assert.Empty(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_leak_of_a_recorded_process_puts_the_device_in_quarantine()
    {
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.Zero, GpuReleaseTimeout = ReleaseScene.Short });
        using var process = reaper.Start(new(TestProgram.Path, ["--registry", Registry.Directory, "--lock", Device]));
        await Registry.WaitForAsync(1);
        await ReleaseScene.OpenAsync(Device);
        Use(process.Id);

        await Assert.ThrowsAsync<ReapTimeoutException>(() => reaper.ReapAsync());

        Assert.Equal(["GPU-0"], Assert.Single(GpuQuarantine.List()).Uuids);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_leak_of_a_killed_tree_puts_the_device_in_quarantine()
    {
        using var process = TestProgram.Start("--registry", Registry.Directory, "--lock", Device);
        await Registry.WaitForAsync(1);
        await ReleaseScene.OpenAsync(Device);
        Use(process.Id);
        var options = new ReapOptions { GracePeriod = TimeSpan.Zero, GpuReleaseTimeout = ReleaseScene.Short };

        await Assert.ThrowsAsync<ReapTimeoutException>(() => ProcessReaper.KillTreeAsync(process.Id, options: options));

        Assert.Contains($"{process.Id}", Assert.Single(GpuQuarantine.List()).Culprit, StringComparison.Ordinal);
    }

    private ServerProcessOptions Plain() => Options() with { Arguments = ["--registry", Registry.Directory, "--print", "up"] };
}
