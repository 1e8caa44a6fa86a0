using TestReaper.Gpu;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>NVIDIA's devices, their memory and their faults, with the stand-in driver.</summary>
public sealed class NvmlDevicesTests
{
    private const long MiB = 1 << 20, Total = 80L << 30, Reserved = 512 * MiB;

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_is_described()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2");

        var reading = machine.Read();

        var expected = new GpuDevice
        {
            Uuid = "GPU-1",
            Vendor = GpuVendor.Nvidia,
            Index = 1,
            PciAddress = "0000:4b:00.0",
            Name = "Stand-in GPU",
            ComputeCapability = new Version(9, 0),
            TotalMemory = Total,
            FreeMemory = (80L << 30) - (516L << 20),
            UsedMemory = 4 * MiB,
            MemorySource = GpuMemorySource.NvmlV2,
            Kind = GpuKind.Discrete,
        };
        Assert.Equal(expected, reading.Devices[1]);
        Assert.Equal(2, reading.Devices.Count);
        Assert.Empty(reading.Faults);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_library_without_most_functions_gives_what_it_can()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidiaLibrary("-DNO_LISTS -DNO_DETAILS -DNO_MEMORY_V2", "count 1");

        var device = Assert.Single(machine.Read().Devices);

        Assert.Equal(("GPU-0", Total), (device.Uuid, device.TotalMemory));
        Assert.Null(device.PciAddress);
        Assert.Null(device.ComputeCapability);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("", "d0.memory2 0", GpuMemorySource.NvmlV2)]
    [InlineData("-DNO_MEMORY_V2", "d0.memory2 0", GpuMemorySource.NvmlV1)]
    [InlineData("", "d0.memory2 25", GpuMemorySource.NvmlV1)]
    [InlineData("", "d0.memory2 999", GpuMemorySource.NvmlV1)]
    public async Task The_source_of_the_memory_says_whether_the_reserve_is_counted(string library, string state, object source)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidiaLibrary(library, "count 1", state, "d0.used 1048576");

        var reading = machine.Read();

        var device = Assert.Single(reading.Devices);
        var used = source is GpuMemorySource.NvmlV1 ? MiB + Reserved : MiB;
        Assert.Equal(source, device.MemorySource);
        Assert.Equal(used, device.UsedMemory);
        Assert.Empty(reading.Faults);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(25, 0, GpuMemorySource.NvmlV1)]
    [InlineData(0, 999, GpuMemorySource.None)]
    public async Task The_source_never_changes_while_the_library_is_open(int first, int second, object source)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", $"d0.memory2 {first}");
        var sources = new GpuSources(machine.Roots);
        sources.Read();
        machine.Set($"d0.memory2 {second}");

        Assert.Equal(source, Assert.Single(sources.Read().Devices).MemorySource);
        sources.Close();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("d0.memory2 3")]
    [InlineData("d0.total 0")]
    public async Task A_device_without_memory_of_its_own_is_unified_and_lists_processes(string state)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "d0.memory1 3", state, "d0.p0.pid 4711");

        var reading = machine.Read();

        var device = Assert.Single(reading.Devices);
        Assert.Equal((GpuKind.Unified, null, GpuMemorySource.None), (device.Kind, device.UsedMemory, device.MemorySource));
        Assert.Equal(4711, Assert.Single(reading.Holders).Pid);
        Assert.Empty(reading.Faults);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_whose_memory_is_a_NUMA_node_is_coherent()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2").Add("proc/driver/nvidia/gpus/0000:4a:00.0/numa_status", "Node: 1");

        Assert.Equal([GpuKind.Coherent, GpuKind.Discrete], machine.Read().Devices.Select(device => device.Kind));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(15, GpuFaultKind.DeviceLost, "fallen off the bus")]
    [InlineData(16, GpuFaultKind.DeviceLost, "needs a reset")]
    [InlineData(4, GpuFaultKind.NotVerified, "no permission")]
    [InlineData(10, GpuFaultKind.NotVerified, "Timeout (code 10)")]
    public async Task A_device_that_cannot_be_opened_is_named_and_the_others_are_read(int code, object kind, string reason)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 3", $"d1.handle {code}");

        var reading = machine.Read();

        Assert.Equal(["GPU-0", "GPU-2"], reading.Devices.Select(device => device.Uuid));
        var fault = Assert.Single(reading.Faults);
        Assert.Equal(kind, fault.Kind);
        Assert.Contains("GPU 1", fault.Text, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Text, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_that_is_lost_when_its_memory_is_read_has_one_fault()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2", "d1.memory2 15", "d1.p_code 15");

        var reading = machine.Read();

        var fault = Assert.Single(reading.Faults);
        Assert.Equal(GpuFaultKind.DeviceLost, fault.Kind);
        Assert.Equal("GPU-1", fault.DeviceUuid);
        Assert.Equal([4 * MiB, null], reading.Devices.Select(device => device.UsedMemory));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_that_is_lost_later_is_known_by_its_UUID()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2");
        var sources = new GpuSources(machine.Roots);
        sources.Read();
        machine.Set("d1.handle 15");

        Assert.Equal("GPU-1", Assert.Single(sources.Read().Faults).DeviceUuid);
        sources.Close();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(18, "driver/library version mismatch")]
    [InlineData(17, "blocks the driver's device files")]
    [InlineData(999, "blocks the driver's device files")]
    [InlineData(4, "no permission")]
    public async Task An_initialization_that_fails_is_a_fault(int code, string reason)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", $"init {code}");

        var reading = machine.Read();

        Assert.Empty(reading.Devices);
        var fault = Assert.Single(reading.Faults);
        Assert.Equal(GpuFaultKind.NotVerified, fault.Kind);
        Assert.Contains(reason, fault.Text, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("init 9")]
    [InlineData("init 12")]
    [InlineData("init 28")]
    [InlineData("count 0")]
    public async Task No_device_is_an_answer(string state)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia(state);

        AssertEmpty(machine.Read());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_without_its_library_is_an_answer()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1");
        File.Delete(machine.Roots.Nvml);

        AssertEmpty(machine.Read());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_library_is_initialized_once_and_shut_down_once()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1");
        var sources = new GpuSources(machine.Roots);
        sources.Read();
        sources.Read();
        sources.Close();

        Assert.Equal(["init", "shutdown"], machine.Calls);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Pids_are_not_verified_under_WSL()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1").Add("proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2");

        Assert.Contains("Windows Subsystem", Assert.Single(machine.Read().Faults).Text, StringComparison.Ordinal);
    }

    private static void AssertEmpty(GpuReading reading)
    {
        Assert.Empty(reading.Devices);
        Assert.Empty(reading.Holders);
        Assert.Empty(reading.Faults);
    }
}
