using System.Reflection;
using Microsoft.Extensions.Logging;
using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// The test framework of xUnit, extended: it enforces <see cref="AssertReapedAttribute"/>, and reports failures in the disposal of a
/// <see cref="ServerProcessFixture"/> as failed tests. A reference to the package registers it, unless the assembly declares another
/// [TestFramework]; derive that one from this class.
/// </summary>
public class TestReaperFramework : XunitTestFramework
{
    private readonly string? _configFileName;

    /// <summary>Called by xUnit.</summary>
    public TestReaperFramework()
    {
    }

    /// <summary>Called by xUnit.</summary>
    /// <param name="configFileName">The configuration file of the test project; null if it has none.</param>
    public TestReaperFramework(string? configFileName)
        : base(configFileName) => _configFileName = configFileName;

    /// <summary>Its messages appear with "diagnosticMessages": true in xunit.runner.json.</summary>
    internal static ILogger Logger { get; } = new LineLogger(message => TestContext.Current.SendDiagnosticMessage(message));

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new ReapingExecutor(new XunitTestAssembly(assembly, _configFileName));
}
