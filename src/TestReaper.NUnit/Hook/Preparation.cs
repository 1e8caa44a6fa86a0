using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>What is to be done to the tests before any runs: a class whose rule asks for it runs while nothing else does.</summary>
internal static class Preparation
{
    /// <summary>For a class, or for all classes of an assembly or a namespace.</summary>
    public static void Apply(ITest test)
    {
        if (test is TestFixture { TypeInfo.Type: { } type } fixture)
        {
            var rule = AssertReaped.Rule(type);
            if (rule is { Exclusive: true })
            {
                // Over whatever [Parallelizable] says: NUnit starts it when all others have ended.
                test.Properties.Set(PropertyNames.ParallelScope, ParallelScope.None);
            }

            if (!ListenerAccess.IsAvailable && (rule is not null || type.IsAssignableTo(typeof(ServerProcessFixture))))
            {
                TearDownFallback.Inject(fixture);
            }
        }

        foreach (var child in test.Tests.Where(child => child.IsSuite))
        {
            Apply(child);
        }
    }
}
