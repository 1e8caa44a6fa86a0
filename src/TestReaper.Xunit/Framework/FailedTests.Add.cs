namespace TestReaper.Xunit;

internal sealed partial class FailedTests(IMessageBus messageBus, IXunitTestCase testCase, RunSummary summary)
{
    private void Add(string name, Exception error)
    {
        var test = new XunitTest(testCase, name);
        messageBus.QueueMessage(new TestStarting(test));
        messageBus.QueueMessage(new TestFailed(test, 0, "", error));
        messageBus.QueueMessage(new TestFinished(test, 0, ""));
        summary.Total++;
        summary.Failed++;
    }
}
