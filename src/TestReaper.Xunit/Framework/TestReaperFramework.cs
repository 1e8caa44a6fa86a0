using System.Reflection;
using Microsoft.Extensions.Logging;
using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// The test framework of xUnit, extended: it enforces <see cref="AssertReapedAttribute"/>, and reports failures in the disposal of a
/// <see cref="ServerProcessFixture"/> as failed tests. A reference to the package registers it, unless the assembly declares another
/// [TestFramework]; derive that one from this class.
/// </summary>
/// <param name="messageSink">Passed by xUnit.</param>
public class TestReaperFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    /// <summary>Creates a logger whose messages appear with "diagnosticMessages": true in xunit.runner.json.</summary>
    internal static ILogger CreateLogger(IMessageSink diagnostics) =>
        new LineLogger(message => diagnostics.OnMessage(new DiagnosticMessage(message)));

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new ReapingExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}
