namespace TestReaper.Xunit;

internal sealed class ReapingExecutor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
{
    public override async ValueTask RunTestCases(
        IReadOnlyCollection<IXunitTestCase> testCases,
        IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions,
        CancellationToken cancellationToken)
    {
        await using var context = new ReapingAssemblyContext(
            TestAssembly, testCases, executionMessageSink, executionOptions, cancellationToken);
        await context.InitializeAsync();
        await new ReapingAssemblyRunner().RunAsync(context);
    }
}
