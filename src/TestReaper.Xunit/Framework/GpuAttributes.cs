namespace TestReaper.Xunit;

/// <remarks>The part that is specific to xUnit v2.</remarks>
[XunitTestCaseDiscoverer("TestReaper.Xunit.GpuFactDiscoverer", "TestReaper.Xunit")]
public sealed partial class GpuFactAttribute;

/// <remarks>The part that is specific to xUnit v2.</remarks>
[XunitTestCaseDiscoverer("TestReaper.Xunit.GpuTheoryDiscoverer", "TestReaper.Xunit")]
public sealed partial class GpuTheoryAttribute;
