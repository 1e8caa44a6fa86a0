namespace TestReaper;

/// <summary>The vendors of GPUs that TestReaper distinguishes.</summary>
public enum GpuVendor
{
    /// <summary>Another vendor, or one that the driver does not report.</summary>
    Other,

    /// <summary>NVIDIA; read by NVML.</summary>
    Nvidia,

    /// <summary>AMD; read by KFD and sysfs.</summary>
    Amd,

    /// <summary>Intel; read by the descriptors of the processes that this user may read.</summary>
    Intel,
}
