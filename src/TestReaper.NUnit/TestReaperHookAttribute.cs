using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// Lets TestReaper see when a class is finished: <see cref="AssertReapedAttribute"/> is enforced, and what goes wrong when a
/// <see cref="ServerProcessFixture"/> is stopped fails a test. Referencing the package puts it on the assembly; writing it is
/// needed only where TestReaperRegisterFramework is false.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly, Inherited = true)]
public sealed class TestReaperHookAttribute : Attribute, IApplyToTest, IApplyToContext
{
    /// <summary>Called by NUnit when it builds the tests.</summary>
    void IApplyToTest.ApplyToTest(Test test) => Preparation.Apply(test);

    /// <summary>Called by NUnit before the first test.</summary>
    void IApplyToContext.ApplyToContext(TestExecutionContext context) => ReapListener.Install(context);
}
