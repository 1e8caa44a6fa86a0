namespace TestReaper.Xunit;

internal sealed partial class FailedTests(IMessageBus messageBus, CancellationTokenSource cancellation, IXunitTestCase testCase)
{
    // Far above the numbers that xUnit gives to the rows of a theory.
    private const int FirstIndex = 1_000_000;
    private static int _index = FirstIndex;

    /// <summary>The counts of the added tests, to be added to the summary of the class, collection or run.</summary>
    public RunSummary Summary { get; private set; }

    // VSTest drops results of test cases that it has not discovered. Microsoft.Testing.Platform accepts them, and its trx report does not
    // accept two names for one test case.
    private static bool NeedsOwnTestCase { get; } = AppDomain.CurrentDomain.GetAssemblies()
        .Any(assembly => assembly.GetName().Name == "Microsoft.Testing.Extensions.TrxReport.Abstractions");

    private void Add(string name, Exception error)
    {
        var index = Interlocked.Increment(ref _index);
        var summary = Summary;
        summary.Aggregate(NeedsOwnTestCase ? FailCase(name, index, error) : FailTest(name, index, error));
        Summary = summary;
    }

    private RunSummary FailTest(string name, int index, Exception error)
    {
        var test = new XunitTest(
            testCase,
            testCase.TestMethod,
            @explicit: null,
            skipReason: null,
            skipType: null,
            skipUnless: null,
            skipWhen: null,
            name,
            index,
            testCase.Traits,
            timeout: null,
            [],
            testLabel: null,
            disableParallelization: false);
        return XunitRunnerHelper.FailTest(messageBus, cancellation, test, error);
    }

    private RunSummary FailCase(string name, int index, Exception error) => XunitRunnerHelper.FailTestCases(
        messageBus,
        cancellation,
        [new XunitTestCase(testCase.TestMethod, name, $"{testCase.UniqueID}-{index}", @explicit: false)],
        error,
        sendTestCollectionMessages: false,
        sendTestClassMessages: false,
        sendTestMethodMessages: true,
        sendTestCaseMessages: true,
        sendTestMessages: true);
}
