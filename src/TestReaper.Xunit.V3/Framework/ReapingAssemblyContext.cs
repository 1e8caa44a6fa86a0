using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Runs exclusive collections alone.</summary>
internal sealed class ReapingAssemblyContext(
    IXunitTestAssembly assembly,
    IReadOnlyCollection<IXunitTestCase> testCases,
    IMessageSink sink,
    ITestFrameworkExecutionOptions options,
    CancellationToken cancellationToken)
    : XunitTestAssemblyRunnerContext(assembly, testCases, sink, options, cancellationToken)
{
    private readonly ExclusiveGate _gate = new();

    public override async ValueTask<RunSummary> RunTestCollection(
        IXunitTestCollection testCollection, IReadOnlyCollection<IXunitTestCase> testCases)
    {
        var isExclusive = testCases.Any(testCase => AssertReapedAttribute.Find(testCase.TestClass.Class) is { Exclusive: true });
        using var turn = await _gate.EnterAsync(isExclusive);
        var owner = new ProcessOwner(testCollection.TestCollectionDisplayName);
        owner.Enter();
        await using var context = new ReapingCollectionContext(
            owner,
            testCollection,
            testCases,
            ExplicitOption,
            MessageBus,
            Aggregator.Clone(),
            CancellationTokenSource,
            ParallelMode,
            Scheduler,
            AssemblyFixtureMappings);
        await context.InitializeAsync();
        return await new ReapingCollectionRunner().RunAsync(context);
    }
}
