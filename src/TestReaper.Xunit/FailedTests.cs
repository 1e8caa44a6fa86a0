using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// Reports failures that belong to a class, collection or run as additional failed tests. xUnit itself shows no message for an exception
/// from the disposal of a fixture.
/// </summary>
internal sealed partial class FailedTests
{
    private const string FixtureLabel = $"[{nameof(ServerProcessFixture)}]";

    /// <summary>Moves the failures of server fixtures from the aggregator to failed tests. xUnit keeps the other ones.</summary>
    public void AddFixtureFailures(string name, ExceptionAggregator aggregator)
    {
        var failures = FixtureFailure.Extract(aggregator.ToException(), out var others);
        aggregator.Clear();
        foreach (var other in others)
        {
            aggregator.Add(other);
        }

        foreach (var error in failures)
        {
            Add($"{name} {FixtureLabel}", error);
        }
    }

    /// <summary>Stops the fixtures that all classes share, and adds their failures.</summary>
    public async Task StopSharedFixturesAsync(string name)
    {
        foreach (var error in await SharedFixtures.StopAllAsync())
        {
            Add($"{name} {FixtureLabel}", error);
        }
    }

    /// <summary>Ends a leak check, and adds its finding.</summary>
    public async Task EndAsync(LeakCheck? check, string name)
    {
        if (check is not null && await check.EndAsync() is { } error)
        {
            Add($"{name} {check.Label}", error);
        }
    }
}
