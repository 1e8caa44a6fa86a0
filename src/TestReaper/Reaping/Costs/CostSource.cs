namespace TestReaper;

/// <summary>How a number of <see cref="ServerCost"/> was measured.</summary>
public enum CostSource
{
    /// <summary>It was not.</summary>
    NotMeasured,

    /// <summary>By the kernel, for the cgroup of the server: all its processes, also the short ones.</summary>
    CGroup,

    /// <summary>By scans of the processes while the server ran, up to one second apart.</summary>
    Samples,

    /// <summary>By the kernel, for the root and the descendants that their parents have waited for (getrusage(2)).</summary>
    ResourceUsage,

    /// <summary>By the driver of the GPU.</summary>
    GpuDriver,
}
