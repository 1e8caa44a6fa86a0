using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Extensibility;

namespace TestReaper.NUnit;

/// <summary>
/// Skips a test, the tests of a class, or all tests of an assembly on a machine without the GPUs that they need. The reason says what is
/// needed and what was found. The GPUs are read once for each process, when the first such test runs.
/// </summary>
/// <remarks>
/// On a class, the tests are skipped before it is constructed and before its OneTimeSetUp, so that a <see cref="ServerProcessFixture"/>
/// starts no server. On a method, the class is set up for its other tests. No GPU is leased; see <see cref="ServerProcessOptions.Gpu"/>. A
/// property with a value out of its range fails the tests.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly, Inherited = true)]
public sealed class RequiresGpuAttribute : Attribute, IApplyToContext
{
    private GpuVendor? _vendor;

    /// <summary>How many GPUs, or MIG instances, of one vendor the tests need. Default: 1. Range: 1 and more.</summary>
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

    /// <summary>Called by NUnit before the test, the class or the assembly runs.</summary>
    void IApplyToContext.ApplyToContext(TestExecutionContext context)
    {
        if (GpuSupport.FindSkipReason(Count, MinMemory, _vendor, MinComputeCapability) is { } reason)
        {
            // The adapter of VSTest counts only ignored tests as skipped. ResultState.Skipped would leave them out of the counts.
            throw new IgnoreException(reason);
        }
    }
}
