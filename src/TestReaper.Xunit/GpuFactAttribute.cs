using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// A test that needs GPUs. On a machine without them it is skipped before its class is constructed, and the reason says what is needed and
/// what was found. The GPUs are read once for each process, when the first such test runs.
/// </summary>
/// <remarks>
/// A class fixture is initialized before its tests are skipped: let it set <see cref="ServerProcessFixture.SkipReason"/> to
/// <see cref="GpuSupport.FindSkipReason"/>. No GPU is leased; see <see cref="ServerProcessOptions.Gpu"/>. With xUnit v2 the test is also a
/// [SkippableFact]. A property with a value out of its range fails the test.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed partial class GpuFactAttribute : FactAttribute, IGpuTestAttribute
{
    private GpuVendor? _vendor;

    /// <summary>How many GPUs, or MIG instances, of one vendor the test needs. Default: 1. Range: 1 and more.</summary>
    public int Count { get; set; } = 1;

    /// <summary>
    /// The total memory of each GPU, in bytes, used or not: 40L &lt;&lt; 30 is 40 GiB. Default: 0, any. A card that is sold as 80 GB may
    /// have 79.6 GiB.
    /// </summary>
    public long MinMemory { get; set; }

    /// <summary>The vendor. Default: any, if it is not set.</summary>
    public GpuVendor Vendor
    {
        get => _vendor ?? GpuVendor.Other;
        set => _vendor = value;
    }

    /// <summary>The lowest compute capability, such as "8.0"; only NVIDIA's devices have one. Default: null, any.</summary>
    public string? MinComputeCapability { get; set; }

    string? IGpuTestAttribute.FindSkipReason() => GpuSupport.FindSkipReason(Count, MinMemory, _vendor, MinComputeCapability);
}
