using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// Connects TestReaper to NUnit: <see cref="AssertReapedAttribute"/> is enforced, and a failure to stop a
/// <see cref="ServerProcessFixture"/> fails a test. A reference to the package adds this attribute to the assembly; write it yourself only
/// if TestReaperRegisterFramework is false.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly, Inherited = true)]
public sealed class TestReaperHookAttribute : Attribute, IApplyToTest, IApplyToContext
{
    /// <summary>Called by NUnit when it builds the tests.</summary>
    void IApplyToTest.ApplyToTest(Test test) => TestPreparation.Apply(test);

    /// <summary>Called by NUnit before the first test.</summary>
    void IApplyToContext.ApplyToContext(TestExecutionContext context) => ReapListener.Install(context);
}
