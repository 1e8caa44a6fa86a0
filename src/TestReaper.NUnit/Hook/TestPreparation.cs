using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>Prepares the tests before any of them runs, so that a class with an exclusive check runs alone.</summary>
internal static class TestPreparation
{
    /// <summary>Prepares a class, or all classes of an assembly or a namespace.</summary>
    public static void Apply(ITest test)
    {
        if (test is TestFixture { TypeInfo.Type: { } type } fixture)
        {
            var attribute = AssertReapedAttribute.Find(type);
            if (attribute is { Exclusive: true })
            {
                // Overrides [Parallelizable]: NUnit starts the class when all others have ended.
                test.Properties.Set(PropertyNames.ParallelScope, ParallelScope.None);
            }

            if (!ListenerAccess.IsAvailable && (attribute is not null || type.IsAssignableTo(typeof(ServerProcessFixture))))
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
