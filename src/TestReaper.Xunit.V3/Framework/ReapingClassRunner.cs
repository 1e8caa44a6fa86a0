using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Ends the leak check of a class after all its fixtures were disposed. The hooks of xUnit would run too early for that.</summary>
internal sealed class ReapingClassRunner(ProcessOwner owner, Type testClass) : XunitTestClassRunner
{
    private readonly LeakCheck? _leakCheck = LeakCheck.BeginForClass(
        owner, AssertReapedAttribute.Find(testClass)?.ToOptions(), TestReaperFramework.Logger);
    private RunSummary _failures;

    public async ValueTask<RunSummary> RunAsync(
        IXunitTestClass testClass,
        IReadOnlyCollection<IXunitTestCase> testCases,
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation,
        ParallelMode parallelMode,
        ExecutionScheduler scheduler,
        FixtureMappingManager collectionFixtures)
    {
        var summary = await Run(
            testClass, testCases, explicitOption, messageBus, aggregator, cancellation, parallelMode, scheduler, collectionFixtures);
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
        // The base class disposes the fixtures too, but too late for the report. Disposing them twice has no effect.
        await ctxt.Aggregator.RunAsync(ctxt.ClassFixtureMappings.DisposeAsync);
        var failures = new FailedTests(ctxt.MessageBus, ctxt.CancellationTokenSource, ctxt.TestCases.Last());
        failures.AddFixtureFailures(ctxt.TestClass.TestClassName, ctxt.Aggregator);
        await failures.EndAsync(_leakCheck, ctxt.TestClass.TestClassName);
        _failures = failures.Summary;
        summary.Aggregate(_failures);
        return await base.OnTestClassFinished(ctxt, summary);
    }
}
