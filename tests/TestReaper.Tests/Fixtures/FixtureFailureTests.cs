using TestReaper.Fixtures;
using Xunit;

namespace TestReaper.Tests.Fixtures;

public sealed class FixtureFailureTests
{
    private readonly Exception _ours = new InvalidOperationException("ours").MarkedFor(typeof(FixtureFailureTests));
    private readonly Exception _other = new InvalidOperationException("other");

    [Fact(Timeout = 30_000)]
    public async Task Without_an_error_there_is_nothing_to_separate()
    {
        await Task.CompletedTask;
        var (ours, others) = FixtureFailure.Split(null);

        Assert.Empty(ours);
        Assert.Empty(others);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_single_error_is_ours_or_another_s()
    {
        await Task.CompletedTask;

        Assert.Equal([_ours], FixtureFailure.Split(_ours).Ours);
        Assert.Empty(FixtureFailure.Split(_ours).Others);
        Assert.Equal([_other], FixtureFailure.Split(_other).Others);
        Assert.Empty(FixtureFailure.Split(_other).Ours);
    }

    [Fact(Timeout = 30_000)]
    public async Task Of_several_errors_each_goes_its_way()
    {
        await Task.CompletedTask;
        var (ours, others) = FixtureFailure.Split(new AggregateException(_other, _ours));

        Assert.Equal([_ours], ours);
        Assert.Equal([_other], others);
    }

    /// <summary>A fixture throws one when several of its servers did not stop.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Several_errors_of_one_fixture_stay_together()
    {
        await Task.CompletedTask;
        var several = new AggregateException(_other).MarkedFor(typeof(FixtureFailureTests));

        var (ours, others) = FixtureFailure.Split(several);

        Assert.Equal([several], ours);
        Assert.Empty(others);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_error_of_ours_is_found_within_the_framework_s_own()
    {
        await Task.CompletedTask;
        var (ours, others) = FixtureFailure.Split(new AggregateException(new InvalidOperationException("Fixture threw", _ours), new InvalidOperationException("Fixture threw", _other)));

        Assert.Equal([_ours], ours);
        Assert.Equal("Fixture threw", Assert.Single(others).Message);
    }
}
