using System.Reflection;
using Xunit.v3;

namespace TestReaper.Xunit;

/// <summary>
/// xUnit's own framework, and in addition: <see cref="AssertReapedAttribute"/> is enforced, and what goes wrong when a
/// <see cref="ServerProcessFixture"/> is disposed fails a test. Referencing the package registers it, unless the assembly
/// declares another [TestFramework]; derive from this one then.
/// </summary>
public class TestReaperFramework : XunitTestFramework
{
    private readonly string? _configFileName;

    /// <summary>Called by xUnit.</summary>
    public TestReaperFramework()
    {
    }

    /// <summary>Called by xUnit.</summary>
    /// <param name="configFileName">The test project's configuration file, if it has one.</param>
    public TestReaperFramework(string? configFileName)
        : base(configFileName) => _configFileName = configFileName;

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) => new ReapingExecutor(new XunitTestAssembly(assembly, _configFileName));
}
