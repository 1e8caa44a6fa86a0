using TestReaper.Gpu;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>A GPU in MIG mode, with the stand-in driver: two instances, and a hole between them.</summary>
public sealed class NvmlMigTests
{
    private static readonly string[] Mig =
    [
        "count 1", "d0.mig 1", "d0.instances 3", "d0.used 30", "d101.handle 6", "d100.total 10000", "d100.used 10", "d102.total 20000",
        "d102.used 20", "d100.p0.pid 4711", "d100.p0.bytes 7", "d102.p0.pid 4712", "d0.p0.pid 4713",
    ];

    [SkippableFact(Timeout = 60_000)]
    public async Task Instances_are_devices_below_their_GPU_and_a_hole_is_skipped()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia(Mig);

        var reading = machine.Read();

        Assert.Empty(reading.Faults);
        Assert.Equal(
            [("GPU-0", null, 0, 30L), ("MIG-100", "GPU-0", 0, 10L), ("MIG-102", "GPU-0", 2, 20L)],
            reading.Devices.Select(device => (device.Uuid, device.ParentUuid, device.Index, device.UsedMemory)));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Processes_are_those_of_the_instances()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia(Mig);

        Assert.Equal(
            [("MIG-100", 4711, 7L), ("MIG-102", 4712, null)],
            machine.Read().Holders.Select(holder => (holder.DeviceUuid, holder.Pid, holder.Bytes)));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_user_who_may_not_read_the_sums_of_the_GPU_reads_its_instances(int code)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia([.. Mig, $"d0.memory2 {code}"]);

        var reading = machine.Read();

        Assert.Empty(reading.Faults);
        Assert.Equal([null, 10L, 20L], reading.Devices.Select(device => device.UsedMemory));
        Assert.All(reading.Devices, device => Assert.Equal(GpuKind.Discrete, device.Kind));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_instance_whose_processes_cannot_be_listed_is_a_fault()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia([.. Mig, "d102.p_code 3"]);

        var fault = Assert.Single(machine.Read().Faults);

        Assert.Equal(("MIG-102", GpuFaultKind.NotVerified), (fault.DeviceUuid, fault.Kind));
    }
}
