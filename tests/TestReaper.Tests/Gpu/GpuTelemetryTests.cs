using System.Diagnostics;
using TestReaper.Gpu;
using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>A machine without a driver, and a host that cannot start a helper process.</summary>
public sealed class GpuTelemetryTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30), Short = TimeSpan.FromMilliseconds(300);

    [Fact(Timeout = 60_000)]
    public async Task Without_a_driver_the_answer_costs_less_than_a_millisecond_and_no_process()
    {
        await Task.CompletedTask;
        using var machine = new GpuMachine();
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        telemetry.Read(Long);

        var best = Enumerable.Range(0, 50).Min(_ => Time(() => Assert.Same(GpuReading.Empty, telemetry.Read(Long))));

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        Assert.Null(telemetry.HelperPid);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_display_without_a_render_node_needs_no_process()
    {
        await Task.CompletedTask;
        using var machine = new GpuMachine().Add("sys/class/drm/card0/device/vendor", "0x1a03");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);

        Assert.Same(GpuReading.Empty, telemetry.Read(Long));
        Assert.Null(telemetry.HelperPid);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("dev/nvidiactl")]
    [InlineData("dev/dxg")]
    public async Task A_sandbox_with_the_device_alone_has_a_driver(string device)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1").Add(device, "");
        machine.Delete("proc/driver");

        Assert.Single(machine.Read().Devices);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_helper_process_a_thread_reads_and_the_reading_says_so()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", $"d0.p0.pid {Environment.ProcessId}").AddProcess(Environment.ProcessId);
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots, mayStartProcess: false);

        var reading = telemetry.Read(Long);

        Assert.Equal(GpuMechanism.BackgroundThread, reading.Mechanism);
        Assert.Single(reading.Devices);
        Assert.Empty(reading.Holders);
        Assert.Null(telemetry.HelperPid);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_thread_that_hangs_keeps_the_deadline_and_is_not_replaced()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "hang_init 1");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots, mayStartProcess: false);

        var times = Enumerable.Range(0, 3).Select(_ => Time(() => AssertNoAnswer(telemetry.Read(Short)))).ToList();

        Assert.All(times, time => Assert.InRange(time, Short - TimeSpan.FromMilliseconds(20), Short + TimeSpan.FromSeconds(2)));
        Assert.Equal(["init", "hang"], machine.Calls);
        machine.Set("hang_init 0");
        Assert.Single(telemetry.Read(Long).Devices);
    }

    private static void AssertNoAnswer(GpuReading reading) => Assert.Equal(GpuFaultKind.NoAnswer, Assert.Single(reading.Faults).Kind);

    private static TimeSpan Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }
}
