using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Runs exclusive collections alone, and ends the leak check of the run after all its tests.</summary>
internal sealed class ReapingAssemblyRunner(
    ITestAssembly assembly,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnostics,
    IMessageSink execution,
    ITestFrameworkExecutionOptions options)
    : XunitTestAssemblyRunner(assembly, testCases, diagnostics, execution, options)
{
    private readonly ExclusiveGate _gate = new();

    protected override async Task<RunSummary> RunTestCollectionsAsync(
        IMessageBus messageBus, CancellationTokenSource cancellationTokenSource)
    {
        var name = Path.GetFileNameWithoutExtension(TestAssembly.Assembly.AssemblyPath);
        var attribute = AssertRunReapedAttribute.Find((TestAssembly.Assembly as IReflectionAssemblyInfo)?.Assembly);
        var logger = TestReaperFramework.CreateLogger(DiagnosticMessageSink);
        var leakCheck = LeakCheck.BeginForRun(name, attribute?.ToOptions(), logger);
        var summary = await base.RunTestCollectionsAsync(messageBus, cancellationTokenSource);

        var failures = new FailedTests(messageBus, TestCases.Last(), summary);
        await failures.StopSharedFixturesAsync(name);
        await failures.EndAsync(leakCheck, name);
        return summary;
    }

    protected override async Task<RunSummary> RunTestCollectionAsync(
        IMessageBus messageBus,
        ITestCollection testCollection,
        IEnumerable<IXunitTestCase> testCases,
        CancellationTokenSource cancellationTokenSource)
    {
        var isExclusive = testCases
            .Select(testCase => testCase.TestMethod.TestClass.Class)
            .OfType<IReflectionTypeInfo>()
            .Any(type => AssertReapedAttribute.Find(type.Type) is { Exclusive: true });
        using var turn = await _gate.EnterAsync(isExclusive);
        var owner = new ProcessOwner(testCollection.DisplayName);
        owner.Enter();
        var runner = new ReapingCollectionRunner(
            owner,
            testCollection,
            testCases,
            DiagnosticMessageSink,
            messageBus,
            TestCaseOrderer,
            new ExceptionAggregator(Aggregator),
            cancellationTokenSource);
        return await runner.RunAsync();
    }
}
