using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The GPU memory in the cost of a server, read when it is ready and before it is stopped.</summary>
public sealed class GpuCostTests : GpuServers
{
    [SkippableTheory(Timeout = 60_000)]
    [InlineData(3, 5)]
    [InlineData(5, 3)]
    public async Task The_peak_is_the_larger_of_two_readings(long whenReady, long beforeStop)
    {
        var server = await StartWithAsync(whenReady * GiB);
        Hold(server, beforeStop * GiB);

        var cost = (await ReapAsync(server)).Cost!;

        Assert.Equal((5 * GiB, CostSource.GpuDriver), (cost.PeakGpuMemory, cost.PeakGpuMemorySource));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_that_the_driver_does_not_report_is_not_measured()
    {
        var server = await StartWithAsync(ReleaseScene.Unknown);

        var cost = (await ReapAsync(server)).Cost!;

        Assert.Equal((null, CostSource.NotMeasured), (cost.PeakGpuMemory, cost.PeakGpuMemorySource));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_of_other_processes_does_not_count()
    {
        Machine.AddProcess(ReleaseScene.Neighbour).Set($"d0.p0.bytes {8 * GiB}", $"d0.p0.pid {ReleaseScene.Neighbour}");
        var server = await StartAsync();

        var cost = (await server.ReapAsync()).Cost!;

        Assert.Null(cost.PeakGpuMemory);
    }

    private Task<ServerProcess> StartWithAsync(long bytes) => StartAsync(Options() with
    {
        Readiness = Readiness.Custom("the server uses the GPU", (server, _) =>
        {
            Hold(server, bytes);
            return Task.FromResult(server.Output.Tail.Contains("up"));
        }),
    });

    private void Hold(ServerProcess server, long bytes) => Machine.AddProcess(server.ProcessId)
        .Set($"d0.used {40 * GiB}", $"d0.p0.bytes {bytes}", $"d0.p0.pid {server.ProcessId}");

    private async Task<ReapReport> ReapAsync(ServerProcess server)
    {
        var reap = server.ReapAsync();
        await GoneAsync();
        Free();
        return await reap;
    }
}
