namespace TestReaper.Gpu;

/// <summary>
/// The memory that may be used although nothing of interest uses it: contexts of the desktop, and what a driver keeps. 256 MiB alone is too
/// little for large cards: AMD-AGI/TraceLens #777.
/// </summary>
internal static class GpuHeadroom
{
    private const long Least = 256L << 20, Percent = 2;

    /// <summary>256 MiB or 2 % of the device, whichever is more, in bytes.</summary>
    public static long Default(GpuDevice device) => Math.Max(Least, (device.TotalMemory ?? 0) * Percent / 100);
}
