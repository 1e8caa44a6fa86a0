using TestReaper.Fixtures;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

/// <summary>
/// Tests that nobody wrote, for failures that xUnit shows nowhere: an exception from a fixture's disposal ends in "Passed!" with
/// no message. Each is reported in the name of the class and counted in its summary.
/// </summary>
internal sealed class FailedTests(IMessageBus messageBus, IXunitTestCase testCase, RunSummary summary)
{
    public void Add(string name, Exception? error)
    {
        if (error is null)
        {
            return;
        }

        var test = new XunitTest(testCase, name);
        messageBus.QueueMessage(new TestStarting(test));
        messageBus.QueueMessage(new TestFailed(test, 0, "", error));
        messageBus.QueueMessage(new TestFinished(test, 0, ""));
        summary.Total++;
        summary.Failed++;
    }

    public void AddRange(string name, IEnumerable<Exception> errors)
    {
        foreach (var error in errors)
        {
            Add(name, error);
        }
    }

    /// <summary>Takes those of our fixtures out of the aggregator; what else is in it stays xUnit's.</summary>
    public void AddFixtureFailures(string name, ExceptionAggregator aggregator)
    {
        var (ours, others) = FixtureFailure.Split(aggregator.ToException());
        aggregator.Clear();
        foreach (var other in others)
        {
            aggregator.Add(other);
        }

        AddRange(name, ours);
    }
}
