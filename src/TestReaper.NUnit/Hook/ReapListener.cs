using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// Receives the results before the runner does. NUnit reports the end of a class after its OneTimeTearDown and its disposal. Until then
/// the result of the last test of the class is held, so that this test can fail for processes that the class left.
/// </summary>
internal sealed class ReapListener(ITestListener inner) : ITestListener
{
    private static readonly ConcurrentDictionary<string, RunningSuite> Running = [];

    /// <summary>Installs a listener in a context that has none.</summary>
    public static void Install(TestExecutionContext context)
    {
        if (ListenerAccess.IsAvailable && ListenerAccess.Get(context) is { } current and not ReapListener)
        {
            ListenerAccess.Set(context, new ReapListener(current));
        }

        // The start of the current suite may have been reported before the listener was installed.
        Begin(context.CurrentTest);
    }

    /// <summary>Ends the current class, for a version of NUnit without the listener.</summary>
    /// <returns>The failures of the class.</returns>
    public static IReadOnlyList<Finding> EndCurrent()
    {
        if (SuiteOwners.FindSuite(TestExecutionContext.CurrentContext.CurrentTest) is not { } test
            || !Running.TryRemove(test.Id, out var suite))
        {
            return [];
        }

        suite.End();
        return suite.Findings;
    }

    /// <summary>Adds a failure to the current suite, so that one of its tests fails.</summary>
    /// <returns>False if no suite is running that could report it.</returns>
    public static bool TryAddFinding(string label, Exception error)
    {
        if (SuiteOwners.FindSuite(TestExecutionContext.CurrentContext.CurrentTest) is not { } test
            || !Running.TryGetValue(test.Id, out var suite))
        {
            return false;
        }

        suite.Add(new Finding(label, error));
        return true;
    }

    public void TestStarted(ITest test)
    {
        Begin(test);
        inner.TestStarted(test);
    }

    public void TestFinished(ITestResult result)
    {
        if (!result.Test.IsSuite)
        {
            FailedResult.Explain(result);
            Hold(result, result.Test);
            return;
        }

        if (Running.TryRemove(result.Test.Id, out var suite))
        {
            suite.End();
            var last = suite.Release();
            if (last is not null && suite.Findings.Count > 0)
            {
                FailedResult.Fail(last, result.Test, suite.Findings);
                FailedResult.Fail(result, result.Test, suite.Findings);
            }

            if (last is not null)
            {
                // The suites above may have findings too.
                Hold(last, result.Test.Parent);
            }
        }

        inner.TestFinished(result);
    }

    public void TestOutput(TestOutput output) => inner.TestOutput(output);

    public void SendMessage(TestMessage message) => inner.SendMessage(message);

    private static void Begin(ITest test)
    {
        if (test is TestFixture or SetUpFixture or TestAssembly)
        {
            Running.GetOrAdd(test.Id, static (_, test) => new RunningSuite(test), test);
        }
    }

    /// <summary>Holds a result for the nearest suite that may still have findings, and reports the result that it held before.</summary>
    private void Hold(ITestResult result, ITest? below)
    {
        for (var test = SuiteOwners.FindSuite(below); test is not null; test = SuiteOwners.FindSuite(test.Parent))
        {
            if (Running.TryGetValue(test.Id, out var suite) && suite.MayHaveFindings)
            {
                if (suite.Exchange(result) is { } earlier)
                {
                    inner.TestFinished(earlier);
                }

                return;
            }
        }

        inner.TestFinished(result);
    }
}
