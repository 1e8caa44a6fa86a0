using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Ends the leak check of the run after all its tests.</summary>
internal sealed class ReapingAssemblyRunner : XunitTestAssemblyRunner
{
    public ValueTask<RunSummary> RunAsync(XunitTestAssemblyRunnerContext context) => Run(context);

    protected override async ValueTask<RunSummary> RunTestCollections(XunitTestAssemblyRunnerContext ctxt, Exception? exception)
    {
        var name = ctxt.TestAssembly.AssemblyName.Split(',')[0];
        var attribute = AssertRunReapedAttribute.Find(ctxt.TestAssembly.Assembly);
        var leakCheck = LeakCheck.BeginForRun(name, attribute?.ToOptions(), TestReaperFramework.Logger);
        var summary = await base.RunTestCollections(ctxt, exception);

        var failures = new FailedTests(ctxt.MessageBus, ctxt.CancellationTokenSource, ctxt.TestCases.Last());
        await failures.StopSharedFixturesAsync(name);
        await failures.EndAsync(leakCheck, name);
        summary.Aggregate(failures.Summary);
        return summary;
    }
}
