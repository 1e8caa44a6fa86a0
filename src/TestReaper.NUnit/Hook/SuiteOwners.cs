using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Extensibility;

namespace TestReaper.NUnit;

/// <summary>
/// The process owner of each suite. NUnit does not run tests in the asynchronous flow in which it starts their class, but its context has
/// the current test.
/// </summary>
internal static class SuiteOwners
{
    private static readonly ConcurrentDictionary<string, ProcessOwner> ById = [];

    static SuiteOwners() => ProcessOwner.ResolveCurrent(
        static () => FindSuite(TestExecutionContext.CurrentContext.CurrentTest) is { } suite ? Get(suite) : null);

    public static ProcessOwner Get(ITest suite) => ById.GetOrAdd(
        suite.Id,
        static (_, suite) => new ProcessOwner(suite.FullName, FindSuite(suite.Parent) is { } around ? Get(around) : null),
        suite);

    /// <summary>Returns the class, set-up fixture or assembly that a test belongs to, or the test itself if it is one.</summary>
    public static ITest? FindSuite(ITest? test)
    {
        while (test is not (null or TestFixture or SetUpFixture or TestAssembly))
        {
            test = test.Parent;
        }

        return test;
    }
}
