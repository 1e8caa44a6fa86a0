using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

public sealed partial class AssertReapedAttribute : IApplyToTest, IApplyToContext
{
    /// <summary>Called by NUnit when it builds the tests.</summary>
    void IApplyToTest.ApplyToTest(Test test) => Preparation.Apply(test);

    /// <summary>Called by NUnit before the class runs.</summary>
    void IApplyToContext.ApplyToContext(TestExecutionContext context) => ReapListener.Install(context);
}
