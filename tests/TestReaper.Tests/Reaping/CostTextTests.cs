using TestReaper.Reaping.Costs;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class CostTextTests
{
    [Fact(Timeout = 30_000)]
    public async Task One_line_has_each_number_with_its_source_and_each_time_since_the_spawn()
    {
        await Task.CompletedTask;
        var report = new ReapReport([], TimeSpan.Zero, "m")
        {
            Cost = new ServerCost
            {
                PeakMemory = 1536L << 20,
                PeakMemorySource = CostSource.Samples,
                CpuTime = TimeSpan.FromSeconds(12.34),
                CpuTimeSource = CostSource.CGroup,
                PeakGpuMemory = 20L << 30,
                PeakGpuMemorySource = CostSource.GpuDriver,
            },
            Timeline = new ServerTimeline
            {
                Spawned = DateTimeOffset.UnixEpoch,
                FirstLine = TimeSpan.FromSeconds(0.1),
                Ready = TimeSpan.FromSeconds(14),
                Gone = TimeSpan.FromMinutes(1),
            },
        };

        Assert.Equal(
            "Cost: peak memory at least 1.5 GiB (samples); CPU time 12.3 s (cgroup); peak GPU memory at least 20.0 GiB (driver); " +
            "after the spawn: first line 0.100 s, ready 14.0 s, gone 60.0 s",
            report.ToString().Split(Environment.NewLine)[^1]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_not_measured_is_left_out()
    {
        await Task.CompletedTask;
        var report = new ReapReport([], TimeSpan.Zero, "m") { Cost = new ServerCost() };

        Assert.Empty(CostText.Lines(report));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, "0.0 KiB")]
    [InlineData(1_048_575, "1024.0 KiB")]
    [InlineData(1_048_576, "1.0 MiB")]
    [InlineData(1_073_741_824, "1.0 GiB")]
    public async Task Bytes_have_a_binary_unit(long bytes, string text)
    {
        await Task.CompletedTask;
        Assert.Equal(text, CostText.Bytes(bytes));
    }
}
