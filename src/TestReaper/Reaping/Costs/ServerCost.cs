namespace TestReaper;

/// <summary>What a server used from its launch to its end. A number that was not measured is null.</summary>
public sealed record ServerCost
{
    /// <summary>
    /// The most memory of the whole tree at one moment, in bytes; null if <see cref="PeakMemorySource"/> is
    /// <see cref="CostSource.NotMeasured"/>.
    /// </summary>
    /// <remarks>
    /// From <see cref="CostSource.CGroup"/> it is the kernel's own peak, with the page cache of the server's files
    /// (https://docs.kernel.org/admin-guide/cgroup-v2.html, memory.peak). From <see cref="CostSource.Samples"/> it is a lower bound: the
    /// largest sum of resident memory in one sample, or the high-water mark of one process if that is more. There, memory that several
    /// processes share counts for each of them.
    /// </remarks>
    public long? PeakMemory { get; init; }

    /// <summary>How <see cref="PeakMemory"/> was measured.</summary>
    public CostSource PeakMemorySource { get; init; }

    /// <summary>
    /// The CPU time of the whole tree, user and system together; null if <see cref="CpuTimeSource"/> is
    /// <see cref="CostSource.NotMeasured"/>.
    /// </summary>
    /// <remarks>
    /// From <see cref="CostSource.CGroup"/> it is complete. From <see cref="CostSource.Samples"/> or
    /// <see cref="CostSource.ResourceUsage"/> it is a lower bound: the larger of the two numbers is taken.
    /// </remarks>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>How <see cref="CpuTime"/> was measured.</summary>
    public CostSource CpuTimeSource { get; init; }

    /// <summary>
    /// The most memory that the tree held on all GPUs together, in bytes; null if <see cref="PeakGpuMemorySource"/> is
    /// <see cref="CostSource.NotMeasured"/>: no process of the tree was seen on a GPU, or the driver does not report its memory.
    /// </summary>
    /// <remarks>The larger of two readings: when the server was ready, and before it was stopped. Peaks in between are not seen.</remarks>
    public long? PeakGpuMemory { get; init; }

    /// <summary>How <see cref="PeakGpuMemory"/> was measured.</summary>
    public CostSource PeakGpuMemorySource { get; init; }
}
