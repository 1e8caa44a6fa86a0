using TestReaper.Gpu;
using TestReaper.Gpu.Skips;
using TestReaper.Platform;

namespace TestReaper.Extensibility;

/// <summary>
/// Decides whether tests that need GPUs can run on this machine. For adapters, whose attributes skip tests by it, and for fixtures, which
/// assign the result to SkipReason so that no server is started for tests that are all skipped.
/// </summary>
public static class GpuSupport
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Compares the GPUs that tests need with those of this machine.</summary>
    /// <param name="count">
    /// How many GPUs, or MIG instances, of one vendor. Default: 1. Those that CUDA_VISIBLE_DEVICES and its like hide do not count.
    /// </param>
    /// <param name="minMemory">
    /// The total memory of each, in bytes, used or not. Default: 0, any. A card that is sold as 80 GB may have 79.6 GiB. A GPU that shares
    /// the memory of the system has all of it.
    /// </param>
    /// <param name="vendor">The vendor. Default: null, any.</param>
    /// <param name="minComputeCapability">
    /// The lowest compute capability, such as "8.0"; only NVIDIA's devices have one. Default: null, any.
    /// </param>
    /// <returns>
    /// Null if the GPUs are there; otherwise the reason for a skip, such as "needs 2 GPUs with at least 40.0 GiB of memory; found 1: NVIDIA
    /// H200 (139.8 GiB, compute capability 9.0)".
    /// </returns>
    /// <exception cref="ArgumentException">A value is out of its range. The test has a mistake and must fail.</exception>
    /// <remarks>
    /// The GPUs are read at the first call, once for each process: milliseconds without a driver, seconds if the GPUs are idle, and 30 s
    /// if a driver does not answer. Thread-safe.
    /// </remarks>
    public static string? FindSkipReason(
        int count = 1, long minMemory = 0, GpuVendor? vendor = null, string? minComputeCapability = null)
    {
        var condition = GpuCondition.Create(count, minMemory, vendor, minComputeCapability);
        return ProcessPlatform.IsSupported
            ? condition.FindSkipReason(GpuInventory.Get(GpuMonitor.Current, Limit))
            : $"needs {condition}; TestReaper finds GPUs on Linux only";
    }
}
