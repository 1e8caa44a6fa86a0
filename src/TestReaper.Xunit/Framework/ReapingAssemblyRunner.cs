using TestReaper.Fixtures;
using TestReaper.Leaks;
using TestReaper.Processes;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

/// <summary>Runs exclusive collections alone, and looks after the whole run what is left.</summary>
internal sealed class ReapingAssemblyRunner(
    ITestAssembly assembly, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageSink execution, ITestFrameworkExecutionOptions options)
    : XunitTestAssemblyRunner(assembly, testCases, diagnostics, execution, options)
{
    private readonly ExclusiveGate _gate = new();

    protected override async Task<RunSummary> RunTestCollectionsAsync(IMessageBus messageBus, CancellationTokenSource cancellationTokenSource)
    {
        var name = Path.GetFileNameWithoutExtension(TestAssembly.Assembly.AssemblyPath);
        var watch = Watch.OfRun(name, (TestAssembly.Assembly as IReflectionAssemblyInfo)?.Assembly, Diagnostics.Logger(DiagnosticMessageSink));
        var summary = await base.RunTestCollectionsAsync(messageBus, cancellationTokenSource);

        var failures = new FailedTests(messageBus, TestCases.Last(), summary);
        failures.AddRange($"{name} [{nameof(ServerProcessFixture)}]", await SharedFixtures.StopAllAsync());
        failures.Add($"{name} [AssertRunReaped]", await watch.EndAsync());
        return summary;
    }

    protected override async Task<RunSummary> RunTestCollectionAsync(
        IMessageBus messageBus, ITestCollection testCollection, IEnumerable<IXunitTestCase> testCases, CancellationTokenSource cancellationTokenSource)
    {
        var isExclusive = testCases.Select(testCase => testCase.TestMethod.TestClass.Class).OfType<IReflectionTypeInfo>().Any(type => AssertReaped.Rule(type.Type) is { Exclusive: true });
        using var turn = await _gate.EnterAsync(isExclusive);
        TreeOwner.Enter(new TreeOwner(testCollection.DisplayName));
        var runner = new ReapingCollectionRunner(testCollection, testCases, DiagnosticMessageSink, messageBus, TestCaseOrderer, new ExceptionAggregator(Aggregator), cancellationTokenSource);
        return await runner.RunAsync();
    }
}
