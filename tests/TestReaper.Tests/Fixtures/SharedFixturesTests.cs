using TestReaper.Fixtures;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Fixtures;

/// <summary>They are the whole process's: nobody but this class uses them in these tests.</summary>
public sealed class SharedFixturesTests : IAsyncLifetime
{
    private int _starts;
    private int _stops;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await SharedFixtures.StopAllAsync();

    [Fact(Timeout = 30_000)]
    public async Task However_many_ask_at_once_one_is_started()
    {
        Assert.False(SharedFixtures.Any);

        var fixtures = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => GetAsync<First>())));

        Assert.Equal(1, _starts);
        Assert.All(fixtures, fixture => Assert.Same(fixtures[0], fixture));
        Assert.True(SharedFixtures.Any);
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_type_has_its_own()
    {
        await GetAsync<First>();
        await GetAsync<Second>();

        Assert.Equal(2, _starts);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_it_starts_belongs_to_the_run_and_not_to_the_class_that_asked_first()
    {
        TreeOwner.Enter(new TreeOwner("the first class"));
        TreeOwner? owner = null;

        await SharedFixtures.GetAsync<First>(() =>
        {
            owner = TreeOwner.Current;
            return Task.FromResult((new First(), StopOne()));
        });

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
        Assert.False(SharedFixtures.Any);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_that_fails_to_stop_is_told_and_keeps_no_other_from_it()
    {
        var failure = new InvalidOperationException("it will not");
        await SharedFixtures.GetAsync<Second>(() => Task.FromResult((new Second(), (Func<Task>)(() => throw failure))));
        await GetAsync<First>();

        Assert.Equal([failure], await SharedFixtures.StopAllAsync());

        Assert.Equal(1, _stops);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_is_told_to_all_who_ask_and_not_tried_again()
    {
        Task<First> AskAsync() => SharedFixtures.GetAsync<First>(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException($"start {++_starts}");
        });

        Assert.Equal("start 1", (await Assert.ThrowsAsync<InvalidOperationException>(AskAsync)).Message);
        Assert.Equal("start 1", (await Assert.ThrowsAsync<InvalidOperationException>(AskAsync)).Message);
    }

    private Task<T> GetAsync<T>()
        where T : class, new() => SharedFixtures.GetAsync(async () =>
        {
            Interlocked.Increment(ref _starts);
            await Task.Yield();
            return (new T(), StopOne());
        });

    private Func<Task> StopOne() => () =>
    {
        _stops++;
        return Task.CompletedTask;
    };

    private sealed class First;

    private sealed class Second;
}
