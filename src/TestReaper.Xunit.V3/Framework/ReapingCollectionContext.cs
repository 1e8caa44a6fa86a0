using TestReaper.Extensibility;

namespace TestReaper.Xunit;

internal sealed class ReapingCollectionContext(
    ProcessOwner collectionOwner,
    IXunitTestCollection collection,
    IReadOnlyCollection<IXunitTestCase> testCases,
    ExplicitOption explicitOption,
    IMessageBus messageBus,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    ParallelMode parallelMode,
    ExecutionScheduler scheduler,
    FixtureMappingManager assemblyFixtures)
    : XunitTestCollectionRunnerContext(
        collection, testCases, explicitOption, messageBus, aggregator, cancellation, parallelMode, scheduler, assemblyFixtures)
{
    public override async ValueTask<RunSummary> RunTestClass(IXunitTestClass testClass, IReadOnlyCollection<IXunitTestCase> testCases)
    {
        var owner = new ProcessOwner(testClass.TestClassName, collectionOwner);
        owner.Enter();
        return await new ReapingClassRunner(owner, testClass.Class).RunAsync(
            testClass,
            testCases,
            ExplicitOption,
            new ExplainingMessageBus(MessageBus, owner),
            Aggregator.Clone(),
            CancellationTokenSource,
            ParallelMode,
            Scheduler,
            CollectionFixtureMappings);
    }
}
