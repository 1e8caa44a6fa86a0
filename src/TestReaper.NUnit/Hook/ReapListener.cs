using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// Stands between NUnit and its runner. The end of a class is announced after its OneTimeTearDown and its disposal; until then
/// the result of its last test is held back, to fail for what the class has left.
/// </summary>
internal sealed class ReapListener(ITestListener inner) : ITestListener
{
    private static readonly ConcurrentDictionary<string, SuiteWatch> Running = [];

    /// <summary>Puts one into a context that has none.</summary>
    public static void Install(TestExecutionContext context)
    {
        if (ListenerAccess.IsAvailable && ListenerAccess.Get(context) is { } current and not ReapListener)
        {
            ListenerAccess.Set(context, new ReapListener(current));
        }

        // Its start may have been announced before the listener was there.
        Begin(context.CurrentTest);
    }

    /// <summary>Ends the current class without a listener, and returns what there is to blame it for.</summary>
    public static IReadOnlyList<Exception> EndCurrent()
    {
        if (Owners.Suite(TestExecutionContext.CurrentContext.CurrentTest) is not { } suite || !Running.TryRemove(suite.Id, out var watch))
        {
            return [];
        }

        watch.End();
        return watch.Findings;
    }

    /// <summary>Lets a test of the current suite fail for it; false if nobody would hear of it.</summary>
    public static bool TryBlame(Exception error)
    {
        if (Owners.Suite(TestExecutionContext.CurrentContext.CurrentTest) is not { } suite || !Running.TryGetValue(suite.Id, out var watch))
        {
            return false;
        }

        watch.Blame(error);
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
            Hold(result, result.Test);
            return;
        }

        if (Running.TryRemove(result.Test.Id, out var watch))
        {
            watch.End();
            var last = watch.Release();
            if (last is not null && watch.Findings.Count > 0)
            {
                FailedResult.Fail(last, result.Test, watch.Findings);
                FailedResult.Fail(result, result.Test, watch.Findings);
            }

            if (last is not null)
            {
                // The suites above may have something to say, too.
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
            Running.GetOrAdd(test.Id, static (_, test) => new SuiteWatch(test), test);
        }
    }

    /// <summary>Keeps a result for the nearest suite that may still have to blame somebody, and lets go of the one before.</summary>
    private void Hold(ITestResult result, ITest? below)
    {
        for (var suite = Owners.Suite(below); suite is not null; suite = Owners.Suite(suite.Parent))
        {
            if (Running.TryGetValue(suite.Id, out var watch) && watch.MayBlame)
            {
                if (watch.Exchange(result) is { } earlier)
                {
                    inner.TestFinished(earlier);
                }

                return;
            }
        }

        inner.TestFinished(result);
    }
}
