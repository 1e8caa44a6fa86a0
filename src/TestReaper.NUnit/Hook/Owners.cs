using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Processes;

namespace TestReaper.NUnit;

/// <summary>Whose turn it is: NUnit does not run tests within the asynchronous flow of their class, but it knows the current one.</summary>
internal static class Owners
{
    private static readonly ConcurrentDictionary<string, TreeOwner> ById = [];

    static Owners() => TreeOwner.Source = static () => Suite(TestExecutionContext.CurrentContext.CurrentTest) is { } suite ? For(suite) : null;

    public static TreeOwner For(ITest suite) => ById.GetOrAdd(suite.Id, static (_, suite) => new TreeOwner(suite.FullName), suite);

    /// <summary>The class, set-up fixture or assembly that a test belongs to; itself if it is one.</summary>
    public static ITest? Suite(ITest? test)
    {
        while (test is not (null or TestFixture or SetUpFixture or TestAssembly))
        {
            test = test.Parent;
        }

        return test;
    }
}
