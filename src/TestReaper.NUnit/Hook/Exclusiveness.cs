using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>Classes whose rule asks for it run while nothing else does.</summary>
internal static class Exclusiveness
{
    /// <summary>For a class, or for all classes of an assembly or a namespace.</summary>
    public static void Apply(ITest test)
    {
        if (test is TestFixture { TypeInfo.Type: { } type } && AssertReaped.Rule(type) is { Exclusive: true })
        {
            // Over whatever [Parallelizable] says: NUnit starts it when all others have ended.
            test.Properties.Set(PropertyNames.ParallelScope, ParallelScope.None);
        }

        foreach (var child in test.Tests.Where(child => child.IsSuite))
        {
            Apply(child);
        }
    }
}
