using System.Text.Json;
using TestReaper.Gpu;
using TestReaper.Tool.Reporting;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper gpu</c>. The tables are those of made-up readings, since no GPU is needed for the tests.</summary>
public sealed class GpuTests
{
    private const long MiB = 1 << 20;

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_GPU_the_command_says_so_and_succeeds()
    {
        Skip.If(new GpuRoots().HasDriver, "this machine has a GPU");
        var run = await ToolRun.RunAsync(null, "gpu");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.StandardError);
        Assert.Equal("There is no GPU here that this user can see.", run.StandardOutput.Trim());
    }

    [Fact(Timeout = 60_000)]
    public async Task As_JSON_there_are_three_lists()
    {
        var run = await ToolRun.RunAsync(null, "gpu", "--json");

        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.All(
            ["devices", "holders", "faults"],
            (string name) => Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty(name).ValueKind));
    }

    [Fact(Timeout = 60_000)]
    public async Task Devices_and_holders_are_tables()
    {
        await Task.CompletedTask;
        var gpu = new GpuDevice
        {
            Uuid = "GPU-0",
            Vendor = GpuVendor.Nvidia,
            Index = 0,
            PciAddress = "0000:4a:00.0",
            Name = "Stand-in GPU",
            TotalMemory = 80 * 1024 * MiB,
            UsedMemory = 516 * MiB,
            MemorySource = GpuMemorySource.NvmlV1,
        };
        var mig = gpu with { Uuid = "MIG-1", Index = 2, ParentUuid = "GPU-0", UsedMemory = null, MemorySource = GpuMemorySource.None };
        var reading = new GpuReading([gpu, mig], [new("MIG-1", 4711, 3 * MiB, true), new("MIG-1", 12, null, false)], []);

        Assert.Equal(
            [
                "GPU  NAME          USED       TOTAL     PCI           UUID   NOTE",
                "0    Stand-in GPU  516.0 MiB  80.0 GiB  0000:4a:00.0  GPU-0  used includes the driver's reserve",
                "  2  Stand-in GPU  unknown    80.0 GiB  0000:4a:00.0  MIG-1",
                "",
                "PID   MEMORY   UUID   COMMAND",
                "4711  3.0 MiB  MIG-1  server --port 1",
                "12    unknown  MIG-1  (hidden, of another PID namespace, or just ended)",
            ],
            GpuTable.Lines(reading, _ => "server --port 1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reading_with_faults_alone_does_not_say_that_there_is_no_GPU()
    {
        await Task.CompletedTask;
        var reading = GpuReading.Failed(GpuFaultKind.NoAnswer, "The GPU drivers gave no answer within 30.0 s.");

        Assert.Equal(["No GPU could be read."], GpuTable.Lines(reading, _ => ""));
    }
}
