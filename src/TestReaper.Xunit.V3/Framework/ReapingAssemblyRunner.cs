using TestReaper.Fixtures;
using Xunit.v3;

namespace TestReaper.Xunit;

/// <summary>Looks after the whole run what is left.</summary>
internal sealed class ReapingAssemblyRunner : XunitTestAssemblyRunner
{
    public ValueTask<RunSummary> RunAsync(XunitTestAssemblyRunnerContext context) => Run(context);

    protected override async ValueTask<RunSummary> RunTestCollections(XunitTestAssemblyRunnerContext ctxt, Exception? exception)
    {
        var name = ctxt.TestAssembly.AssemblyName.Split(',')[0];
        var watch = Watch.OfRun(name, ctxt.TestAssembly.Assembly, Diagnostics.Logger);
        var summary = await base.RunTestCollections(ctxt, exception);

        var failures = new FailedTests(ctxt.MessageBus, ctxt.CancellationTokenSource, ctxt.TestCases.Last());
        failures.AddRange($"{name} [{nameof(ServerProcessFixture)}]", await SharedFixtures.StopAllAsync());
        failures.Add($"{name} [AssertRunReaped]", await watch.EndAsync());
        summary.Aggregate(failures.Summary);
        return summary;
    }
}
