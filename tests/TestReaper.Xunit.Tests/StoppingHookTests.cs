using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

[Trait("Wine", "no")] // Wine sends no Ctrl+Break: each stop takes the whole grace period.
public sealed class StoppingHookTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task A_hook_that_throws_is_reported_and_everything_is_reaped()
    {
        var fixture = await ReadyAsync(Server(args: ["--children", "1"]), _ => throw new InvalidOperationException("the dump failed"));
        await Registry.WaitForAsync(2);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.DisposeAsync());

        Assert.Equal("OnStoppingAsync of ScriptedFixture failed: the dump failed", failure.Message);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hook_that_ignores_its_token_is_abandoned_at_the_end_of_the_grace_period()
    {
        var never = new TaskCompletionSource();
        var fixture = await ReadyAsync(WithGrace(Server(), TimeSpan.FromMilliseconds(500)), _ => never.Task);

        await AssertAbandonedAsync(fixture);

        never.SetResult();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hook_that_blocks_its_thread_is_abandoned_too()
    {
        using var never = new ManualResetEventSlim();
        var fixture = await ReadyAsync(WithGrace(Server(), TimeSpan.FromMilliseconds(500)), cancellationToken =>
        {
            never.Wait(CancellationToken.None);
            return Task.CompletedTask;
        });

        await AssertAbandonedAsync(fixture);

        never.Set();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hook_that_is_cancelled_is_reported_as_incomplete()
    {
        var fixture = await ReadyAsync(
            WithGrace(Server(), TimeSpan.FromMilliseconds(500)),
            cancellationToken => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));

        await AssertAbandonedAsync(fixture);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hook_that_returns_when_its_token_is_cancelled_is_not_a_failure()
    {
        var fixture = await ReadyAsync(
            WithGrace(Server(), TimeSpan.FromMilliseconds(500)),
            async cancellationToken =>
            {
                var cancelled = new TaskCompletionSource();
                await using var registration = cancellationToken.Register(cancelled.SetResult);
                await cancelled.Task;
            });

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Tests_that_occupy_the_thread_pool_delay_neither_the_hook_nor_its_cancellation()
    {
        var onPool = new List<bool>();
        var fixture = await ReadyAsync(
            WithGrace(Server(), TimeSpan.FromMilliseconds(500)),
            async cancellationToken =>
            {
                var cancelled = new TaskCompletionSource();
                onPool.Add(Thread.CurrentThread.IsThreadPoolThread);
                await using var registration = cancellationToken.Register(() =>
                {
                    onPool.Add(Thread.CurrentThread.IsThreadPoolThread);
                    cancelled.SetResult();
                });
                await cancelled.Task;
            });

        await fixture.DisposeAsync();

        Assert.Equal([false, false], onPool);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_grace_period_the_default_hook_is_not_a_failure()
    {
        var fixture = await ReadyAsync(WithGrace(Server(args: ["--ignore-term"]), TimeSpan.Zero), _ => Task.CompletedTask);

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        Assert.DoesNotContain(Sink.Messages, message => message.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_server_gets_the_rest_of_the_grace_period()
    {
        var grace = TimeSpan.FromSeconds(4);
        var fixture = await ReadyAsync(
            WithGrace(Server(args: ["--ignore-term"]), grace), cancellationToken => Task.Delay(TimeSpan.FromSeconds(3), cancellationToken));

        var elapsed = await TimeAsync(async () => await fixture.DisposeAsync());

        Registry.AssertNoneAlive();

        // The hook and a whole grace period would take 7 s. Without any time for the server it would be 3 s.
        Assert.InRange(elapsed, grace - TimeSpan.FromMilliseconds(100), grace + TimeSpan.FromSeconds(2));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_abandoned_hook_cannot_start_a_process()
    {
        var resume = new TaskCompletionSource();
        var hookEnded = new TaskCompletionSource<Exception?>();
        ScriptedFixture fixture = null!;
        fixture = new ScriptedFixture(WithGrace(Server(), TimeSpan.Zero), Sink)
        {
            OnStopping = async _ =>
            {
                await resume.Task;
                hookEnded.SetResult(Record.Exception(() => fixture.Start(Program("late")).Dispose()));
            },
        };
        await fixture.InitializeAsync();
        await Assert.ThrowsAsync<TimeoutException>(async () => await fixture.DisposeAsync());

        resume.SetResult();

        Assert.IsAssignableFrom<InvalidOperationException>(await hookEnded.Task);
        Assert.DoesNotContain(Registry.Registered(), process => process.Role == "late");
    }

    private async Task<ScriptedFixture> ReadyAsync(ServerProcessOptions options, Func<CancellationToken, Task> onStopping)
    {
        var fixture = new ScriptedFixture(options, Sink) { OnStopping = onStopping };
        await fixture.InitializeAsync();
        _ = fixture.Server;
        return fixture;
    }

    private async Task AssertAbandonedAsync(ScriptedFixture fixture)
    {
        TimeoutException failure = null!;
        var elapsed = await TimeAsync(async () =>
            failure = await Assert.ThrowsAsync<TimeoutException>(async () => await fixture.DisposeAsync()));

        Assert.StartsWith(
            "OnStoppingAsync of ScriptedFixture did not complete within the grace period of 0.500 s",
            failure.Message,
            StringComparison.Ordinal);
        Assert.InRange(elapsed, TimeSpan.FromMilliseconds(450), TimeSpan.FromSeconds(5));
        Registry.AssertNoneAlive();
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start);
    }
}
