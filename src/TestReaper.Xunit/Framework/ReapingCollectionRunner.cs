using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Reports the failures of the fixtures of a collection as failed tests.</summary>
internal sealed class ReapingCollectionRunner(
    ProcessOwner collectionOwner,
    ITestCollection collection,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnostics,
    IMessageBus messageBus,
    ITestCaseOrderer orderer,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation)
    : XunitTestCollectionRunner(collection, testCases, diagnostics, messageBus, orderer, aggregator, cancellation)
{
    private readonly RunSummary _failures = new();

    public new async Task<RunSummary> RunAsync()
    {
        var summary = await base.RunAsync();
        summary.Aggregate(_failures);
        return summary;
    }

    protected override async Task<RunSummary> RunTestClassAsync(
        ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases)
    {
        var owner = new ProcessOwner(@class.Name, collectionOwner);
        owner.Enter();
        var runner = new ReapingClassRunner(
            owner,
            testClass,
            @class,
            testCases,
            DiagnosticMessageSink,
            new ExplainingMessageBus(MessageBus, owner),
            TestCaseOrderer,
            new ExceptionAggregator(Aggregator),
            CancellationTokenSource,
            CollectionFixtureMappings);
        return await runner.RunAsync();
    }

    protected override async Task BeforeTestCollectionFinishedAsync()
    {
        await base.BeforeTestCollectionFinishedAsync();
        new FailedTests(MessageBus, TestCases.Last(), _failures).AddFixtureFailures(TestCollection.DisplayName, Aggregator);
    }
}
