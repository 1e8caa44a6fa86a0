using TestReaper.Extensibility;
using Xunit;

namespace TestReaper.Tests.Fixtures;

public sealed class FixtureFailureTests
{
    private readonly Exception _ours = new InvalidOperationException("ours").MarkedFor(typeof(FixtureFailureTests));
    private readonly Exception _other = new InvalidOperationException("other");

    [Fact(Timeout = 30_000)]
    public async Task Without_an_error_both_lists_are_empty()
    {
        await Task.CompletedTask;
        var ours = FixtureFailure.Extract(null, out var others);

        Assert.Empty(ours);
        Assert.Empty(others);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_single_error_is_of_a_fixture_or_another_one()
    {
        await Task.CompletedTask;

        Assert.Equal([_ours], FixtureFailure.Extract(_ours, out var none));
        Assert.Empty(none);
        Assert.Empty(FixtureFailure.Extract(_other, out var others));
        Assert.Equal([_other], others);
    }

    [Fact(Timeout = 30_000)]
    public async Task Several_errors_are_separated()
    {
        await Task.CompletedTask;
        var ours = FixtureFailure.Extract(new AggregateException(_other, _ours), out var others);

        Assert.Equal([_ours], ours);
        Assert.Equal([_other], others);
    }

    /// <summary>A fixture throws an AggregateException if several of its servers did not stop.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Several_errors_of_one_fixture_stay_together()
    {
        await Task.CompletedTask;
        var several = new AggregateException(_other).MarkedFor(typeof(FixtureFailureTests));

        var ours = FixtureFailure.Extract(several, out var others);

        Assert.Equal([several], ours);
        Assert.Empty(others);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_error_of_a_fixture_is_found_inside_the_wrapper_of_the_framework()
    {
        await Task.CompletedTask;
        var collected = new AggregateException(
            new InvalidOperationException("Fixture threw", _ours), new InvalidOperationException("Fixture threw", _other));
        var ours = FixtureFailure.Extract(collected, out var others);

        Assert.Equal([_ours], ours);
        Assert.Equal("Fixture threw", Assert.Single(others).Message);
    }
}
