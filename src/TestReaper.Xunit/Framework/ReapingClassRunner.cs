using TestReaper.Processes;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

/// <summary>Looks, when all fixtures of a class were disposed, what outlives it. Attributes of tests run too early for that.</summary>
internal sealed class ReapingClassRunner(
    TreeOwner owner, ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageBus messageBus,
    ITestCaseOrderer orderer, ExceptionAggregator aggregator, CancellationTokenSource cancellation, IDictionary<Type, object> collectionFixtures)
    : XunitTestClassRunner(testClass, @class, testCases, diagnostics, messageBus, orderer, aggregator, cancellation, collectionFixtures)
{
    private readonly RunSummary _failures = new();
    private readonly Watch _watch = Watch.OfClass(owner, @class.Type, Diagnostics.Logger(diagnostics));

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
        failures.AddFixtureFailures($"{Class.Name} [{nameof(ServerProcessFixture)}]", Aggregator);
        failures.Add($"{Class.Name} [AssertReaped]", await _watch.EndAsync());
    }
}
