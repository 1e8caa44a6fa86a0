using TestReaper.Extensibility;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Fixtures;

/// <summary>Shared fixtures are process-wide. No other class of this assembly uses them.</summary>
public sealed class SharedFixturesTests : IAsyncLifetime
{
    private int _starts;
    private int _stops;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await SharedFixtures.StopAllAsync();

    [Fact(Timeout = 30_000)]
    public async Task Concurrent_requests_start_one_fixture()
    {
        Assert.True(SharedFixtures.IsEmpty);

        var fixtures = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => GetAsync<First>())));

        Assert.Equal(1, _starts);
        Assert.All(fixtures, fixture => Assert.Same(fixtures[0], fixture));
        Assert.False(SharedFixtures.IsEmpty);
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_type_has_its_own_fixture()
    {
        await GetAsync<First>();
        await GetAsync<Second>();

        Assert.Equal(2, _starts);
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_of_a_shared_fixture_belong_to_the_run_and_not_to_the_first_class()
    {
        TreeOwner.Enter(new TreeOwner("the first class"));
        TreeOwner? owner = null;

        await SharedFixtures.GetAsync(
            () =>
            {
                owner = TreeOwner.Current;
                return Task.FromResult(new First());
            },
            StopAsync);

        Assert.Equal("the test run", owner?.Name);
        Assert.Equal("the first class", TreeOwner.Current?.Name);
    }

    [Fact(Timeout = 30_000)]
    public async Task All_are_stopped_once()
    {
        await GetAsync<First>();
        await GetAsync<Second>();

        Assert.Empty(await SharedFixtures.StopAllAsync());
        Assert.Empty(await SharedFixtures.StopAllAsync());

        Assert.Equal(2, _stops);
        Assert.True(SharedFixtures.IsEmpty);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_to_stop_is_returned_and_the_others_are_stopped()
    {
        var failure = new InvalidOperationException("cannot stop");
        await SharedFixtures.GetAsync(() => Task.FromResult(new Second()), _ => throw failure);
        await GetAsync<First>();

        Assert.Equal([failure], await SharedFixtures.StopAllAsync());

        Assert.Equal(1, _stops);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_is_thrown_by_each_request_and_not_repeated()
    {
        async Task<First> FailAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException($"start {++_starts}");
        }

        Task<First> RequestAsync() => SharedFixtures.GetAsync(FailAsync, StopAsync);

        Assert.Equal("start 1", (await Assert.ThrowsAsync<InvalidOperationException>(RequestAsync)).Message);
        Assert.Equal("start 1", (await Assert.ThrowsAsync<InvalidOperationException>(RequestAsync)).Message);
    }

    private Task<T> GetAsync<T>()
        where T : class, new() => SharedFixtures.GetAsync(
        async () =>
        {
            Interlocked.Increment(ref _starts);
            await Task.Yield();
            return new T();
        },
        StopAsync);

    private Task StopAsync(object fixture)
    {
        _stops++;
        return Task.CompletedTask;
    }

    private sealed class First;

    private sealed class Second;
}
