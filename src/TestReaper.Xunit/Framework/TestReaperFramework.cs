using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

/// <summary>
/// xUnit's own framework, and in addition: <see cref="AssertReapedAttribute"/> is enforced, and what goes wrong when a
/// <see cref="ServerProcessFixture"/> is disposed fails a test. Referencing the package registers it, unless the assembly
/// declares another [TestFramework]; derive from this one then.
/// </summary>
/// <param name="messageSink">From xUnit.</param>
public class TestReaperFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new ReapingExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}
