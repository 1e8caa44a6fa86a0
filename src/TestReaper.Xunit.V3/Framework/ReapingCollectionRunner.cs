using Xunit.v3;

namespace TestReaper.Xunit;

/// <summary>Fails a test for what the fixtures of a collection could not stop.</summary>
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
        // The base does it, too late for us; the second time it does nothing.
        await ctxt.Aggregator.RunAsync(ctxt.CollectionFixtureMappings.DisposeAsync);
        var failures = new FailedTests(ctxt.MessageBus, ctxt.CancellationTokenSource, ctxt.TestCases.Last());
        failures.AddFixtureFailures($"{ctxt.TestCollection.TestCollectionDisplayName} [{nameof(ServerProcessFixture)}]", ctxt.Aggregator);
        _failures = failures.Summary;
        summary.Aggregate(_failures);
        return await base.OnTestCollectionFinished(ctxt, summary);
    }
}
