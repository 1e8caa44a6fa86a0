using TestReaper.Gpu;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The GPUs of AMD and Intel, from trees of files like the kernel's.</summary>
public sealed class DrmSourceTests
{
    private const string Uuid = "GPU-deadbeefdeadbeef", Address = "0000:03:00.0";

    [Fact(Timeout = 60_000)]
    public async Task A_card_of_AMD_is_described_and_its_node_gives_the_holders()
    {
        await Task.CompletedTask;
        using var machine = AmdMachine().AddProcess(4711);

        var reading = machine.Read();

        var expected = new GpuDevice
        {
            Uuid = Uuid,
            Vendor = GpuVendor.Amd,
            Index = 1,
            PciAddress = Address,
            Name = "Stand-in Instinct",
            TotalMemory = 1000,
            UsedMemory = 600,
            MemorySource = GpuMemorySource.Sysfs,
            Kind = GpuKind.Discrete,
        };
        Assert.Equal(expected, Assert.Single(reading.Devices));
        Assert.Equal([new GpuHolder(Uuid, 4711, 500, IsVisible: true)], reading.Holders);
        Assert.Empty(reading.Faults);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_entry_of_a_process_goes_before_its_memory()
    {
        await Task.CompletedTask;
        using var machine = AmdMachine();
        machine.Delete("sys/class/kfd/kfd/proc/4711");

        var reading = machine.Read();

        Assert.Empty(reading.Holders);
        Assert.Equal(600, Assert.Single(reading.Devices).UsedMemory);
    }

    [Fact(Timeout = 60_000)]
    public async Task Entries_without_memory_on_the_GPU_or_without_a_pid_are_not_holders()
    {
        await Task.CompletedTask;
        using var machine = AmdMachine()
            .Add("sys/class/kfd/kfd/proc/4712/vram_51110", "0\n")
            .Add("sys/class/kfd/kfd/proc/4713/vram_777", "5\n")
            .Add("sys/class/kfd/kfd/proc/context_1/vram_51110", "5\n");

        Assert.Equal(4711, Assert.Single(machine.Read().Holders).Pid);
    }

    [Fact(Timeout = 60_000)]
    public async Task In_a_container_the_pids_of_KFD_are_foreign()
    {
        await Task.CompletedTask;
        using var machine = AmdMachine().AddProcess(4711).AddLink("proc/self/ns/pid", "pid:[4026532000]");

        var reading = machine.Read();

        Assert.False(Assert.Single(reading.Holders).IsVisible);
        Assert.Contains("pids of the host", Assert.Single(reading.Faults).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_GPU_on_a_node_with_processors_is_unified()
    {
        await Task.CompletedTask;
        using var machine = AmdMachine(processors: 24);

        Assert.Equal(GpuKind.Unified, Assert.Single(machine.Read().Devices).Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_without_a_compute_context_is_a_holder_and_one_with_both_counts_once()
    {
        await Task.CompletedTask;
        using var machine = AmdMachine();
        AddClient(machine, 4711, 5, FdinfoClientTests.AmdOld);
        AddClient(machine, 4712, 5, FdinfoClientTests.AmdOld.Replace("id:\t8", "id:\t9", StringComparison.Ordinal));

        Assert.Equal(
            [(4711, 232104L << 10), (4712, 232104L << 10)], machine.Read().Holders.Select(holder => (holder.Pid, holder.Bytes)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_with_several_descriptors_counts_once_for_each_process_and_once_for_the_device()
    {
        await Task.CompletedTask;
        using var machine = IntelMachine("xe");
        AddClient(machine, 4711, 5, FdinfoClientTests.Xe);
        AddClient(machine, 4711, 6, FdinfoClientTests.Xe);
        AddClient(machine, 4712, 5, FdinfoClientTests.Xe);
        AddClient(machine, 4712, 7, FdinfoClientTests.Xe.Replace("id:\t3", "id:\t4", StringComparison.Ordinal));

        var reading = machine.Read();

        const long Client = 23992 << 10;
        var device = Assert.Single(reading.Devices);
        Assert.Equal(($"PCI-{Address}", 2 * Client, GpuMemorySource.Fdinfo), (device.Uuid, device.UsedMemory, device.MemorySource));
        Assert.Equal([(4711, Client), (4712, 2 * Client)], reading.Holders.Select(holder => (holder.Pid, holder.Bytes ?? 0)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_without_an_address_belongs_to_the_only_card_of_its_driver()
    {
        await Task.CompletedTask;
        using var machine = IntelMachine("i915");
        AddClient(machine, 4711, 5, FdinfoClientTests.I915);

        Assert.Equal((4711, 128L << 20), machine.Read().Holders.Select(holder => (holder.Pid, holder.Bytes ?? 0)).Single());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sum_over_processes_that_cannot_all_be_read_is_a_lower_bound()
    {
        await Task.CompletedTask;
        using var machine = IntelMachine("xe").Add("proc/4800/stat", "");

        Assert.Contains("lower bound", Assert.Single(machine.Read().Faults).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Connectors_displays_and_the_cards_of_NVIDIAs_driver_are_left_out()
    {
        await Task.CompletedTask;
        using var machine = IntelMachine("nvidia")
            .Add("sys/class/drm/card2/device/vendor", "0x1a03")
            .Add("sys/class/drm/card2-VGA-1/status", "connected");

        Assert.Empty(machine.Read().Devices);
    }

    private static GpuMachine AmdMachine(int processors = 0) => Card("0x1002", "amdgpu")
        .Add("sys/class/drm/card1/device/unique_id", "deadbeefdeadbeef\n")
        .Add("sys/class/drm/card1/device/product_name", "Stand-in Instinct\n")
        .Add("sys/class/drm/card1/device/mem_info_vram_total", "1000\n")
        .Add("sys/class/drm/card1/device/mem_info_vram_used", "600\n")
        .Add("sys/class/kfd/kfd/topology/nodes/0/gpu_id", "0\n")
        .Add("sys/class/kfd/kfd/topology/nodes/1/gpu_id", "51110\n")
        .Add("sys/class/kfd/kfd/topology/nodes/1/properties", $"cpu_cores_count {processors}\nlocation_id 768\ndomain 0\n")
        .Add("sys/class/kfd/kfd/proc/4711/vram_51110", "500\n");

    private static GpuMachine IntelMachine(string driver) => Card("0x8086", driver);

    private static GpuMachine Card(string vendor, string driver) => new GpuMachine()
        .Add("sys/class/drm/renderD128/dev", "226:128\n")
        .Add("sys/class/drm/card1/device/drm/renderD128/dev", "226:128\n")
        .Add("sys/class/drm/card1/device/vendor", vendor + "\n")
        .Add("sys/class/drm/card1/device/uevent", $"DRIVER={driver}\nPCI_SLOT_NAME={Address}\n");

    private static void AddClient(GpuMachine machine, int pid, int descriptor, string text) => machine
        .AddLink($"proc/{pid}/fd/{descriptor}", "/dev/dri/renderD128")
        .AddLink($"proc/{pid}/fd/{descriptor}00", "/dev/null")
        .Add($"proc/{pid}/fdinfo/{descriptor}", text)
        .Add($"proc/{pid}/fdinfo/{descriptor}00", text);
}
