namespace TestReaper.Gpu;

/// <summary>One GPU, or one MIG instance of a GPU, as its driver described it at one moment.</summary>
internal sealed record GpuDevice
{
    /// <summary>
    /// The key of the device: the driver's UUID; for a card without one, <c>PCI-</c> and its address. Indexes may change at a boot.
    /// </summary>
    public required string Uuid { get; init; }

    public required GpuVendor Vendor { get; init; }

    /// <summary>The driver's index. That of a MIG instance is unique within its GPU only. It may differ from the index in CUDA.</summary>
    public required int Index { get; init; }

    /// <summary>Like <c>0000:03:00.0</c>; null if the driver does not report it.</summary>
    public string? PciAddress { get; init; }

    public string? Name { get; init; }

    /// <summary>Of NVIDIA's GPUs only.</summary>
    public Version? ComputeCapability { get; init; }

    /// <summary>In bytes; null if it is not known.</summary>
    public long? TotalMemory { get; init; }

    /// <summary>In bytes; null if the driver does not report it. Less than the rest where the driver has a reserve.</summary>
    public long? FreeMemory { get; init; }

    /// <summary>In bytes; null if it is not known. Compare only readings with the same <see cref="MemorySource"/>.</summary>
    public long? UsedMemory { get; init; }

    public GpuMemorySource MemorySource { get; init; }

    public GpuKind Kind { get; init; }

    /// <summary>The UUID of the GPU that a MIG instance is a part of; null for a GPU.</summary>
    public string? ParentUuid { get; init; }
}

/// <summary>What the used memory of a device means.</summary>
internal enum GpuKind
{
    /// <summary>The device has memory of its own, which the driver frees when its last user is gone.</summary>
    Discrete,

    /// <summary>The device uses the memory of the system: there is no used memory of the device to report.</summary>
    Unified,

    /// <summary>
    /// The operating system owns the memory (GH200, GB200) and may leave pages allocated after a process has ended: the used memory says
    /// nothing about a leak.
    /// </summary>
    Coherent,
}

/// <summary>Where the used memory of a device comes from.</summary>
internal enum GpuMemorySource
{
    None,

    /// <summary>nvmlDeviceGetMemoryInfo: includes the driver's reserve, hundreds of MiB.</summary>
    NvmlV1,

    /// <summary>nvmlDeviceGetMemoryInfo_v2: does not include the driver's reserve.</summary>
    NvmlV2,

    /// <summary>mem_info_vram_used of amdgpu.</summary>
    Sysfs,

    /// <summary>The sum over the processes that this user may read: a lower bound.</summary>
    Fdinfo,
}
