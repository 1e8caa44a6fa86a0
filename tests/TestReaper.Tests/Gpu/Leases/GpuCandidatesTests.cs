using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.Devices;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>Which devices meet a requirement, and what is said about the others.</summary>
public sealed class GpuCandidatesTests
{
    private static readonly GpuDevice Mig = Nvidia(1, "GPU-mig"), First = Instance(Mig, 0, "MIG-1"), Second = Instance(Mig, 1, "MIG-2");

    public static TheoryData<string, GpuRequirement, string, string> Rows => new()
    {
        { "all", new(), "", "GPU-n0 GPU-n1" },
        { "too many", new(3), "", "too few of one vendor match" },
        { "restricted", new(), "CUDA_VISIBLE_DEVICES=1", "GPU-n1" },
        { "hidden", new(), "CUDA_VISIBLE_DEVICES=", "CUDA_VISIBLE_DEVICES= leaves it out" },
        { "too few after a restriction", new(2), "CUDA_VISIBLE_DEVICES=1", "CUDA_VISIBLE_DEVICES=1 leaves it out" },
        { "vendor", new() { Vendor = GpuVendor.Amd }, "", "its vendor is Nvidia" },
        { "capability", new() { MinComputeCapability = new(10, 0) }, "", "its compute capability is 9.0" },
        { "low capability", new() { MinComputeCapability = new(8, 9) }, "", "GPU-n0 GPU-n1" },
        { "memory", new() { MinFreeMemory = 81 * GiB }, "", "its memory is 80.0 GiB" },
        { "as much memory", new() { MinFreeMemory = 80 * GiB }, "", "GPU-n0 GPU-n1" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Two_GPUs_of_one_kind(string row, GpuRequirement requirement, string environment, string expected) =>
        AssertRow(row, requirement, environment, expected, Nvidia(0), Nvidia(1));

    [Fact]
    public void Of_a_GPU_in_MIG_mode_an_instance()
    {
        AssertRow("one", new(), "", "GPU-n0 MIG-1 MIG-2", Nvidia(0), Mig, First, Second);
        AssertRow("two", new(2), "", "at most one", Mig, First, Second);
        AssertRow("parent", new(), "CUDA_VISIBLE_DEVICES=0", "MIG-1 MIG-2", Mig, First, Second);
        Assert.Contains("it is in MIG mode", Find(new(), "", Mig, First).Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_devices_of_a_lease_are_of_one_vendor()
    {
        AssertRow("two and one", new(2), "", "GPU-n0 GPU-n1", Nvidia(0), Nvidia(1), Amd(5));
        AssertRow("one and one", new(2), "", "too few of one vendor match", Nvidia(0), Amd(5));
    }

    [Fact]
    public void The_GPU_of_a_processor_is_used_only_where_there_is_no_other()
    {
        var integrated = Intel(1) with { Kind = GpuKind.Unified, TotalMemory = null };

        AssertRow("both", new(), "", "GPU-n0", integrated, Nvidia(0));
        AssertRow("alone", new(), "", "PCI-0000:01:00.0", integrated);
        AssertRow("asked for", new() { Vendor = GpuVendor.Intel }, "", "PCI-0000:01:00.0", integrated, Nvidia(0));
    }

    [Fact]
    public void A_card_of_NVIDIA_without_NVIDIAs_driver_does_not_match() =>
        AssertRow("nouveau", new(2), "", "its runtime does not list it", Nvidia(0, "PCI-0000:00:00.0"), Nvidia(1));

    [Fact]
    public void A_lost_device_is_left_out()
    {
        var reading = new GpuReading([Nvidia(0), Nvidia(1)], [], [new("GPU-n0", GpuFaultKind.DeviceLost, "The GPU is lost.")]);
        var candidates = GpuCandidates.Find(reading, NoKfd, Environment(""), new());

        Assert.Equal("GPU-n1", Names(candidates.Matching));
        Assert.Contains("The GPU is lost", candidates.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, 0, null)]
    [InlineData(2000, 0, 0, "2.0 GiB are used")]
    [InlineData(2000, 1900, 0, null)]
    [InlineData(2000, 300, 0, "1.7 GiB are used")]
    [InlineData(1600, 0, 0, null)]
    [InlineData(4, 0, 81_915, null)]
    [InlineData(4, 0, 81_917, "are free")]
    public void A_device_is_idle_unless(int used, int own, int minFree, string? expected)
    {
        var device = Nvidia(0) with { UsedMemory = used * MiB };
        var reading = new GpuReading([device], [new("GPU-n0", System.Environment.ProcessId, own * MiB, true)], [])
            .WithOwn(System.Environment.ProcessId);

        AssertUse(expected, GpuIdleness.FindUse(device, reading, headroom: null, minFree * MiB));
    }

    [Fact]
    public void The_first_version_of_the_call_may_show_the_drivers_reserve_too()
    {
        var device = Nvidia(0) with { MemorySource = GpuMemorySource.NvmlV1, UsedMemory = 1200 * MiB };
        var reading = new GpuReading([device], [], []);

        AssertUse(null, GpuIdleness.FindUse(device, reading, 256 * MiB, 0));
        AssertUse("are used", GpuIdleness.FindUse(device with { MemorySource = GpuMemorySource.NvmlV2 }, reading, 256 * MiB, 0));
    }

    [Theory]
    [InlineData(nameof(GpuKind.Coherent))]
    [InlineData(nameof(GpuKind.Unified))]
    public void Where_the_used_memory_means_nothing_the_visible_processes_decide(string kind)
    {
        var device = Nvidia(0) with { Kind = Enum.Parse<GpuKind>(kind), UsedMemory = 70 * GiB };

        AssertUse(null, GpuIdleness.FindUse(device, new([device], [], []), null, 0));
        AssertUse(null, GpuIdleness.FindUse(device, new([device], [new("GPU-n0", 4711, null, IsVisible: false)], []), null, 0));
        AssertUse("processes use it", GpuIdleness.FindUse(device, new([device], [new("GPU-n0", 4711, null, true)], []), null, 0));
    }

    private static void AssertUse(string? expected, string? actual)
    {
        if (expected is null || actual is null)
        {
            Assert.Equal(expected, actual);
        }
        else
        {
            Assert.Contains(expected, actual, StringComparison.Ordinal);
        }
    }

    private static void AssertRow(string row, GpuRequirement requirement, string environment, string expected, params GpuDevice[] devices)
    {
        var candidates = Find(requirement, environment, devices);
        if (candidates.Suffice([]))
        {
            Assert.Equal((row, expected), (row, Names(candidates.GroupsWithout([]).First())));
        }
        else
        {
            Assert.Contains(expected, candidates.Describe(), StringComparison.Ordinal);
        }
    }

    private static GpuCandidates Find(GpuRequirement requirement, string environment, params GpuDevice[] devices) =>
        GpuCandidates.Find(new GpuReading(devices, [], []), NoKfd, Environment(environment), requirement);
}
