using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The telemetry that all waits of a process share.</summary>
public sealed class GpuMonitorTests
{
    [SkippableFact(Timeout = 60_000)]
    public async Task Seconds_after_the_last_reading_the_library_is_closed_and_a_later_reading_opens_it_again()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        var monitor = new GpuMonitor(ProcessPlatform.Current, machine.Roots);
        Assert.Single(monitor.Read(TimeSpan.FromSeconds(30)).Devices);

        await Poll.UntilAsync(() => machine.Calls is ["init", "shutdown"], "the shutdown of the library");

        Assert.Single(monitor.Read(TimeSpan.FromSeconds(30)).Devices);
        Assert.Equal(["init", "shutdown", "init"], machine.Calls);
    }
}
