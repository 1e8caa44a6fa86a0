using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>A theory that needs GPUs: <see cref="GpuFactAttribute"/> for tests with data.</summary>
/// <remarks>With xUnit v2 it is also a [SkippableTheory].</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed partial class GpuTheoryAttribute : TheoryAttribute, IGpuTestAttribute
{
    private GpuVendor? _vendor;

    /// <inheritdoc cref="GpuFactAttribute.Count"/>
    public int Count { get; set; } = 1;

    /// <inheritdoc cref="GpuFactAttribute.MinMemory"/>
    public long MinMemory { get; set; }

    /// <inheritdoc cref="GpuFactAttribute.Vendor"/>
    public GpuVendor Vendor
    {
        get => _vendor ?? GpuVendor.Other;
        set => _vendor = value;
    }

    /// <inheritdoc cref="GpuFactAttribute.MinComputeCapability"/>
    public string? MinComputeCapability { get; set; }

    string? IGpuTestAttribute.FindSkipReason() => GpuSupport.FindSkipReason(Count, MinMemory, _vendor, MinComputeCapability);
}
