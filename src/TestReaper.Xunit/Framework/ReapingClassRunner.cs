using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Ends the leak check of a class after all its fixtures were disposed. Attributes on tests would run too early.</summary>
internal sealed class ReapingClassRunner(
    ProcessOwner owner,
    ITestClass testClass,
    IReflectionTypeInfo @class,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnostics,
    IMessageBus messageBus,
    ITestCaseOrderer orderer,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    IDictionary<Type, object> collectionFixtures)
    : XunitTestClassRunner(testClass, @class, testCases, diagnostics, messageBus, orderer, aggregator, cancellation, collectionFixtures)
{
    private readonly RunSummary _failures = new();
    private readonly LeakCheck? _leakCheck = LeakCheck.BeginForClass(
        owner, AssertReapedAttribute.Find(@class.Type)?.ToOptions(), TestReaperFramework.CreateLogger(diagnostics));

    public new async Task<RunSummary> RunAsync()
    {
        var summary = await base.RunAsync();
        summary.Aggregate(_failures);
        return summary;
    }

    protected override async Task<RunSummary> RunTestMethodsAsync()
    {
        var summary = await base.RunTestMethodsAsync();
        owner.HasFailures = summary.Failed > 0;
        return summary;
    }

    protected override async Task BeforeTestClassFinishedAsync()
    {
        await base.BeforeTestClassFinishedAsync();
        var failures = new FailedTests(MessageBus, TestCases.Last(), _failures);
        failures.AddFixtureFailures(Class.Name, Aggregator);
        await failures.EndAsync(_leakCheck, Class.Name);
    }
}
