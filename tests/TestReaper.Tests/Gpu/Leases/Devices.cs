using TestReaper.Gpu;
using TestReaper.Gpu.Visibility;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>Made-up devices for the rows of tables.</summary>
internal static class Devices
{
    public const long MiB = 1L << 20, GiB = 1L << 30;

    public static GpuNumbers NoKfd { get; } = new([]);

    public static GpuDevice Nvidia(int index, string? uuid = null) => Create(GpuVendor.Nvidia, index, uuid ?? $"GPU-n{index}") with
    {
        ComputeCapability = new Version(9, 0),
    };

    public static GpuDevice Amd(int index, string? uuid = null) => Create(GpuVendor.Amd, index, uuid ?? $"GPU-{index:x16}");

    public static GpuDevice Intel(int index) => Create(GpuVendor.Intel, index, $"PCI-0000:{index:x2}:00.0") with
    {
        MemorySource = GpuMemorySource.Fdinfo,
        UsedMemory = 0,
    };

    public static GpuDevice Instance(GpuDevice parent, int index, string uuid) =>
        parent with { Uuid = uuid, Index = index, ParentUuid = parent.Uuid };

    /// <summary>Variables like "NAME=value", separated by blanks.</summary>
    public static IReadOnlyDictionary<string, string> Environment(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(variable => variable.Split('=', 2))
        .ToDictionary(parts => parts[0], parts => parts[1]);

    public static string Names(IEnumerable<GpuDevice> devices) => string.Join(' ', devices.Select(device => device.Uuid));

    private static GpuDevice Create(GpuVendor vendor, int index, string uuid) => new()
    {
        Uuid = uuid,
        Vendor = vendor,
        Index = index,
        Name = $"{vendor} {index}",
        PciAddress = $"0000:{index:x2}:00.0",
        TotalMemory = 80 * GiB,
        UsedMemory = 4 * MiB,
        MemorySource = vendor == GpuVendor.Nvidia ? GpuMemorySource.NvmlV2 : GpuMemorySource.Sysfs,
    };
}
