using TestReaper.Fixtures;
using Xunit.v3;

namespace TestReaper.Xunit;

/// <summary>Tests that nobody wrote, for failures that belong to a class and to none of its tests.</summary>
internal sealed class FailedTests(IMessageBus messageBus, CancellationTokenSource cancellation, IXunitTestCase testCase)
{
    // Far from the numbers that xUnit gives to the rows of a theory.
    private const int FirstIndex = 1_000_000;
    private static int _index = FirstIndex;

    /// <summary>To be added to what the tests themselves gave.</summary>
    public RunSummary Summary { get; private set; }

    public void Add(string name, Exception? error)
    {
        if (error is null)
        {
            return;
        }

        var index = Interlocked.Increment(ref _index);
        var summary = Summary;
        summary.Aggregate(NeedsCaseOfItsOwn ? FailCase(name, index, error) : FailTest(name, index, error));
        Summary = summary;
    }

    public void AddRange(string name, IEnumerable<Exception> errors)
    {
        foreach (var error in errors)
        {
            Add(name, error);
        }
    }

    // VSTest drops the results of cases that it has not discovered. Microsoft.Testing.Platform takes them, and its trx report
    // refuses two names for one case.
    private static bool NeedsCaseOfItsOwn { get; } =
        AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "Microsoft.Testing.Extensions.TrxReport.Abstractions");

    private RunSummary FailTest(string name, int index, Exception error) => XunitRunnerHelper.FailTest(messageBus, cancellation, new XunitTest(
        testCase, testCase.TestMethod, @explicit: null, skipReason: null, skipType: null, skipUnless: null, skipWhen: null, name, index, testCase.Traits, timeout: null, [], testLabel: null,
        disableParallelization: false), error);

    private RunSummary FailCase(string name, int index, Exception error) => XunitRunnerHelper.FailTestCases(
        messageBus, cancellation, [new XunitTestCase(testCase.TestMethod, name, $"{testCase.UniqueID}-{index}", @explicit: false)], error,
        sendTestCollectionMessages: false, sendTestClassMessages: false, sendTestMethodMessages: true, sendTestCaseMessages: true, sendTestMessages: true);

    /// <summary>Takes those of our fixtures out of the aggregator; what else is in it stays xUnit's.</summary>
    public void AddFixtureFailures(string name, ExceptionAggregator aggregator)
    {
        var (ours, others) = FixtureFailure.Split(aggregator.ToException());
        aggregator.Clear();
        foreach (var other in others)
        {
            aggregator.Add(other);
        }

        AddRange(name, ours);
    }
}
