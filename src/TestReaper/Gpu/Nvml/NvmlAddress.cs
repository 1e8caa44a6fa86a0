namespace TestReaper.Gpu.Nvml;

/// <summary>The PCI addresses of NVML, and what the kernel shows under them.</summary>
internal static class NvmlAddress
{
    private const int KernelLength = 12;

    /// <summary>Converts <c>00000000:4B:00.0</c> to <c>0000:4b:00.0</c>.</summary>
    public static string? ToKernelForm(string address) =>
        address.Length >= KernelLength ? address[^KernelLength..].ToLowerInvariant() : null;

    /// <summary>Whether the memory of the GPU is a NUMA node of the system: the file exists only then.</summary>
    public static bool IsNumaNode(GpuRoots roots, string? address) =>
        address is not null && File.Exists(Path.Combine(roots.Proc, "driver/nvidia/gpus", address, "numa_status"));
}
