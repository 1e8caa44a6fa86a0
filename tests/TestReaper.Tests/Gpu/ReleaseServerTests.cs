using System.Diagnostics;
using TestReaper.Gpu;
using TestReaper.Gpu.Quarantine;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The release of the GPUs of whole servers.</summary>
public sealed class ReleaseServerTests : GpuServers
{
    [SkippableFact(Timeout = 60_000)]
    public async Task The_reap_of_a_server_waits_for_the_memory_on_another_thread_than_it_was_started_on()
    {
        var server = await StartAsync();
        Use(server);
        Task<ReapReport> reap;
        using (ExecutionContext.SuppressFlow())
        {
            reap = Task.Run(() => server.ReapAsync());
        }

        await GoneAsync();
        Machine.Set($"d0.p0.pid {ReleaseScene.NoPid}");
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);
        Machine.Set($"d0.used {4 * MiB}");

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal((ReleaseResource.Gpu, ReleaseVerdict.Released), (condition.Resource, condition.Verdict));
    }

    /// <summary>The server has no device file open at the end, so only the reading when it was ready can have seen it.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_that_was_used_when_the_server_was_ready_is_a_condition()
    {
        var options = Options() with
        {
            Arguments = ["--registry", Registry.Directory, "--role", "root"],
            Readiness = Readiness.Custom("the server uses the GPU", (server, _) =>
            {
                Use(server);
                return Task.FromResult(true);
            }),
        };
        var server = await ServerProcess.StartAsync(options, Logger);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Assert.Single(failure.Report.FailedGpus);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_ready_server_on_a_GPU_in_quarantine_is_refused_with_the_name_of_the_class_that_leaked()
    {
        Machine.Set($"d0.used {30 * GiB}");
        GpuQuarantine.Add("Some.LeakingClass", [new("GPU-0", "GPU 0", GpuMemorySource.NvmlV2, 2 * GiB, 30 * GiB, "It is full.")]);
        var uses = false;
        var options = Options() with
        {
            Readiness = Readiness.Custom("the server may use the GPU", (server, _) =>
            {
                Machine.AddProcess(server.ProcessId).Set(uses ? $"d0.p0.pid {server.ProcessId}" : "count 1");
                return Task.FromResult(true);
            }),
        };
        await using (await ServerProcess.StartAsync(options, Logger))
        {
            uses = true;
        }

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => ServerProcess.StartAsync(options, Logger));

        Assert.Contains("did not come back after Some.LeakingClass", failure.Message, StringComparison.Ordinal);
        await GoneAsync();
    }

    /// <summary>The memory may also belong to a process that is not visible from here, so the reap does not fail for it.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_that_appeared_while_a_server_ran_that_has_ended_by_itself_is_not_verified()
    {
        var clean = await StartAsync();
        await EndAsync(clean);
        Assert.Empty((await clean.ReapAsync()).Releases);
        var server = await StartAsync();
        await EndAsync(server);
        Machine.Set($"d0.used {40 * GiB}");

        var condition = Assert.Single((await server.ReapAsync()).Releases);

        Assert.Equal((ReleaseResource.Gpu, ReleaseVerdict.NotVerified), (condition.Resource, condition.Verdict));
        Assert.Contains("had ended before it could be seen on a GPU", condition.Detail, StringComparison.Ordinal);
        Assert.Contains("40.0 GiB of 80.0 GiB are used", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_headroom_of_the_requirement_counts()
    {
        var server = await StartAsync(Options() with { Gpu = new GpuRequirement { Headroom = 50 * GiB } });
        Use(server);
        var reap = server.ReapAsync();
        await GoneAsync();

        Machine.Set($"d0.p0.pid {ReleaseScene.NoPid}");

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_second_reap_of_the_server_checks_the_same_device()
    {
        var server = await StartAsync();
        Use(server);
        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());
        Assert.Contains("GPU 0 (Stand-in GPU, GPU-0): held", failure.Message, StringComparison.Ordinal);
        Free();

        var report = await server.ReapAsync();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single(report.Releases).Verdict);
        Assert.Null(await CheckAsync());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_driver_a_start_takes_no_reading_and_the_observation_costs_less_than_a_millisecond()
    {
        using var machine = new GpuMachine();
        var monitor = new GpuMonitor(ProcessPlatform.Current, machine.Roots);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 50; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var observation = await GpuObservation.BeginAsync(
                monitor, ProcessPlatform.Current, [], null, TimeSpan.FromSeconds(30), Logger, CancellationToken.None);
            await observation.ObserveReadyAsync([], CancellationToken.None);
            observation.ObserveBeforeReap([], hasEnded: true, TimeSpan.FromSeconds(30));
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Eight_devices_with_the_same_fault_share_a_line()
    {
        Machine.Set("count 8");
        var server = await StartAsync();
        for (var i = 0; i < 8; i++)
        {
            Use(server.ProcessId, device: i);
        }

        var reap = server.ReapAsync();
        await GoneAsync();
        await Task.Delay(100);
        Machine.Set("count 0");

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        Assert.Equal(8, failure.Report.FailedGpus.Count);
        Assert.Equal(8, failure.Report.Releases.Count);
        var lines = failure.Message.Split(Environment.NewLine);
        Assert.Equal(2, lines.Count(line => line.Contains("the telemetry that worked before", StringComparison.Ordinal)));
        Assert.Contains("GPU-0), GPU 1 (Stand-in GPU, GPU-1), GPU 2", failure.Message, StringComparison.Ordinal);
    }

    private static Task EndAsync(ServerProcess server)
    {
        Process.GetProcessById(server.ProcessId).Kill();
        return Poll.UntilAsync(() => server.HasExited, "the end of the server");
    }
}
