using System.Runtime.CompilerServices;

namespace TestReaper.Xunit;

/// <remarks>The part that is specific to xUnit v3.</remarks>
/// <param name="sourceFilePath">Set by the compiler.</param>
/// <param name="sourceLineNumber">Set by the compiler.</param>
[XunitTestCaseDiscoverer(typeof(GpuFactDiscoverer))]
public sealed partial class GpuFactAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber);

/// <remarks>The part that is specific to xUnit v3.</remarks>
/// <param name="sourceFilePath">Set by the compiler.</param>
/// <param name="sourceLineNumber">Set by the compiler.</param>
[XunitTestCaseDiscoverer(typeof(GpuTheoryDiscoverer))]
public sealed partial class GpuTheoryAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : TheoryAttribute(sourceFilePath, sourceLineNumber);
