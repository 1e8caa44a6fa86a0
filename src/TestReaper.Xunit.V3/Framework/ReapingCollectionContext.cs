using TestReaper.Processes;
using Xunit.Sdk;
using Xunit.v3;

namespace TestReaper.Xunit;

internal sealed class ReapingCollectionContext(
    IXunitTestCollection collection, IReadOnlyCollection<IXunitTestCase> testCases, ExplicitOption explicitOption, IMessageBus messageBus, ExceptionAggregator aggregator,
    CancellationTokenSource cancellation, ParallelMode parallelMode, ExecutionScheduler scheduler, FixtureMappingManager assemblyFixtures)
    : XunitTestCollectionRunnerContext(collection, testCases, explicitOption, messageBus, aggregator, cancellation, parallelMode, scheduler, assemblyFixtures)
{
    public override async ValueTask<RunSummary> RunTestClass(IXunitTestClass testClass, IReadOnlyCollection<IXunitTestCase> testCases)
    {
        var owner = new TreeOwner(testClass.TestClassName);
        TreeOwner.Enter(owner);
        return await new ReapingClassRunner(owner, testClass.Class).RunAsync(
            testClass, testCases, ExplicitOption, MessageBus, Aggregator.Clone(), CancellationTokenSource, ParallelMode, Scheduler, CollectionFixtureMappings);
    }
}
