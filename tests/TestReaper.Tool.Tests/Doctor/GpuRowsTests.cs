using TestReaper.Platform;
using TestReaper.Tests.Gpu;
using TestReaper.Tool.Doctor;
using Xunit;

namespace TestReaper.Tool.Tests.Doctor;

/// <summary>The rows of GPUs, from machines with stand-in drivers.</summary>
public sealed class GpuRowsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 60_000)]
    public async Task Without_a_driver_nothing_is_lost()
    {
        await Task.CompletedTask;
        using var machine = new GpuMachine();

        Assert.Equal([DoctorRow.Ok("GPU driver", "none: there is no GPU here that this user can see")], Find(machine));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_GPU_whose_memory_can_be_verified_is_ok()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1");

        var rows = Find(machine);

        Assert.All(rows, row => Assert.Equal(RowState.Ok, row.State));
        Assert.Contains(
            DoctorRow.Ok("GPU telemetry", "by a helper process: a driver that hangs does not keep a test host from exiting"), rows);
        Assert.Contains(DoctorRow.Ok("GPU 0", "Nvidia Stand-in GPU (80.0 GiB), GPU-0; used memory by NVML"), rows);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task MIG_instances_have_rows_of_their_own()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "d0.mig 1", "d0.instances 2");

        Assert.Equal(
            ["GPU driver", "GPU telemetry", "GPU 0", "MIG instance 0", "MIG instance 1"], Find(machine).Select(row => row.Name));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_old_NVML_counts_the_reserve()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidiaLibrary("-DNO_MEMORY_V2", "count 1");

        Assert.EndsWith("with the driver's reserve", Find(machine)[^1].Finding, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("d0.total 0", "proc/empty", "", "it shares the memory of the system")]
    [InlineData("count 1", "proc/driver/nvidia/gpus/0000:4a:00.0/numa_status", "Node: 1", "the operating system owns its memory")]
    [InlineData("count 1", "proc/sys/kernel/osrelease", "5.15.0-microsoft-WSL2", "under WSL the driver reports no pids of this system")]
    public async Task What_cannot_be_verified_is_limited(string state, string file, string content, string finding)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", state).Add(file, content);

        var row = Find(machine).Single(row => row.Name == "GPU 0");

        Assert.Equal(RowState.Limited, row.State);
        Assert.EndsWith(finding, row.Finding, StringComparison.Ordinal);
        Assert.NotNull(row.Cost);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_sum_over_visible_processes_is_limited()
    {
        await Task.CompletedTask;
        using var machine = new GpuMachine()
            .Add("sys/class/drm/renderD128/dev", "226:128\n")
            .Add("sys/class/drm/card1/device/drm/renderD128/dev", "226:128\n")
            .Add("sys/class/drm/card1/device/vendor", "0x8086\n")
            .Add("sys/class/drm/card1/device/uevent", "DRIVER=xe\nPCI_SLOT_NAME=0000:03:00.0\n");

        var row = Find(machine).Single(row => row.Name == "GPU 1");

        Assert.Equal(RowState.Limited, row.State);
        Assert.Contains("sum over the processes", row.Finding, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("init 18", "NVML cannot be initialized")]
    [InlineData("d0.handle 15", "NVML cannot read GPU 0")]
    public async Task A_GPU_that_cannot_be_read_is_missing(string state, string finding)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", state);

        var rows = Find(machine);
        var row = rows.Single(row => row.Name == "GPU fault");

        Assert.Equal(DoctorRow.Ok("GPU driver", "present"), rows[0]);
        Assert.Equal(RowState.Missing, row.State);
        Assert.StartsWith(finding, row.Finding, StringComparison.Ordinal);
    }

    private static IReadOnlyList<DoctorRow> Find(GpuMachine machine) => [.. GpuRows.Find(ProcessPlatform.Current, machine.Roots, Limit)];
}
