using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

public sealed partial class AssertRunReapedAttribute : IApplyToContext
{
    /// <summary>Called by NUnit before the first test.</summary>
    void IApplyToContext.ApplyToContext(TestExecutionContext context) => ReapListener.Install(context);
}
