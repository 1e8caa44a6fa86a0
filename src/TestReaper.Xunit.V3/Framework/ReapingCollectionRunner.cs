namespace TestReaper.Xunit;

/// <summary>Reports the failures of the fixtures of a collection as failed tests.</summary>
internal sealed class ReapingCollectionRunner : XunitTestCollectionRunner
{
    private RunSummary _failures;

    public async ValueTask<RunSummary> RunAsync(XunitTestCollectionRunnerContext context)
    {
        var summary = await Run(context);
        summary.Aggregate(_failures);
        return summary;
    }

    protected override async ValueTask<bool> OnTestCollectionFinished(XunitTestCollectionRunnerContext ctxt, RunSummary summary)
    {
        // The base class disposes the fixtures too, but too late for the report. Disposing them twice has no effect.
        await ctxt.Aggregator.RunAsync(ctxt.CollectionFixtureMappings.DisposeAsync);
        var failures = new FailedTests(ctxt.MessageBus, ctxt.CancellationTokenSource, ctxt.TestCases.Last());
        failures.AddFixtureFailures(ctxt.TestCollection.TestCollectionDisplayName, ctxt.Aggregator);
        _failures = failures.Summary;
        summary.Aggregate(_failures);
        return await base.OnTestCollectionFinished(ctxt, summary);
    }
}
