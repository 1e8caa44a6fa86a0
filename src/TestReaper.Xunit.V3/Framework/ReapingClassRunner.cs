using TestReaper.Processes;
using Xunit.Sdk;
using Xunit.v3;

namespace TestReaper.Xunit;

/// <summary>Looks, when all fixtures of a class were disposed, what outlives it. The hooks that xUnit offers run before that.</summary>
internal sealed class ReapingClassRunner(TreeOwner owner, Type testClass) : XunitTestClassRunner
{
    private readonly Watch _watch = Watch.OfClass(owner, testClass, Diagnostics.Logger);
    private RunSummary _failures;

    public async ValueTask<RunSummary> RunAsync(
        IXunitTestClass testClass, IReadOnlyCollection<IXunitTestCase> testCases, ExplicitOption explicitOption, IMessageBus messageBus, ExceptionAggregator aggregator,
        CancellationTokenSource cancellation, ParallelMode parallelMode, ExecutionScheduler scheduler, FixtureMappingManager collectionFixtures)
    {
        var summary = await Run(testClass, testCases, explicitOption, messageBus, aggregator, cancellation, parallelMode, scheduler, collectionFixtures);
        summary.Aggregate(_failures);
        return summary;
    }

    protected override async ValueTask<RunSummary> RunTestMethods(XunitTestClassRunnerContext ctxt, Exception? exception)
    {
        var summary = await base.RunTestMethods(ctxt, exception);
        owner.HasFailures = summary.Failed > 0;
        return summary;
    }

    protected override async ValueTask<bool> OnTestClassFinished(XunitTestClassRunnerContext ctxt, RunSummary summary)
    {
        // The base does it, too late for us; the second time it does nothing.
        await ctxt.Aggregator.RunAsync(ctxt.ClassFixtureMappings.DisposeAsync);
        var failures = new FailedTests(ctxt.MessageBus, ctxt.CancellationTokenSource, ctxt.TestCases.Last());
        failures.AddFixtureFailures($"{ctxt.TestClass.TestClassName} [{nameof(ServerProcessFixture)}]", ctxt.Aggregator);
        failures.Add($"{ctxt.TestClass.TestClassName} [AssertReaped]", await _watch.EndAsync());
        _failures = failures.Summary;
        summary.Aggregate(_failures);
        return await base.OnTestClassFinished(ctxt, summary);
    }
}
