using TestReaper.Gpu.Drm;

namespace TestReaper.Gpu.Visibility;

/// <summary>The order in which the runtime of each vendor numbers the GPUs, when no variable restricts it.</summary>
/// <param name="KfdAddresses">The PCI addresses of AMD's GPUs in the order of KFD, which is that of ROCm.</param>
internal sealed record GpuNumbers(IReadOnlyList<string> KfdAddresses)
{
    public static GpuNumbers Read(GpuRoots roots) => new([.. KfdGpu.All(roots).Select(gpu => gpu.PciAddress)]);

    /// <summary>The GPUs of a vendor, without MIG instances. The position is the number.</summary>
    public IReadOnlyList<GpuDevice> Of(GpuVendor vendor, IEnumerable<GpuDevice> devices)
    {
        // A card of NVIDIA that the kernel's own driver (nouveau) has is not known to CUDA.
        var gpus = devices
            .Where(device => device.Vendor == vendor && device.ParentUuid is null)
            .Where(device => vendor != GpuVendor.Nvidia || !device.Uuid.StartsWith("PCI-", StringComparison.Ordinal))
            .ToList();
        var ordered = gpus.TrueForAll(gpu => gpu.PciAddress is not null)
            ? gpus.OrderBy(gpu => gpu.PciAddress, StringComparer.Ordinal)
            : gpus.OrderBy(gpu => gpu.Index);

        // A card that KFD does not list has no number. Stable: the others keep their order.
        return vendor == GpuVendor.Amd && KfdAddresses.Count > 0
            ? [.. ordered.Where(gpu => Position(gpu) >= 0).OrderBy(Position)]
            : [.. ordered];
    }

    private int Position(GpuDevice gpu) => KfdAddresses.ToList().IndexOf(gpu.PciAddress ?? "");
}
