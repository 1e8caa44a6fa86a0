using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Reaping;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A start that is cancelled at any moment leaks nothing.</summary>
public sealed class CancelledStartTests : StartingServers
{
    // A process in its first 40 ms has not entered the registry yet: one that escaped shows up later.
    private static readonly TimeSpan TimeToEnter = TimeSpan.FromMilliseconds(200);
    private const int LongestDelay = 15_000;
    private static readonly IReadinessProbe Never = Readiness.Custom("never", (_, _) => Task.FromResult(false));

    [Fact(Timeout = 120_000)]
    public async Task Whenever_it_is_cancelled_nothing_is_left()
    {
        using var bystander = await Bystander.StartAsync();

        // Under load a program registers late: rounds continue with longer delays until one has registered.
        for (var delay = 0;
            delay <= 120 || (Registry.Registered().Count == 0 && delay <= LongestDelay);
            delay += delay < 120 ? 5 : delay / 2)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(
                Tree() with { Readiness = Never }, cancellation.Token));
            await AssertNothingIsLeftAsync();
        }

        Assert.NotEmpty(Registry.Registered());
        bystander.AssertAlive();
    }

    [Fact(Timeout = 120_000)]
    public async Task Whether_it_was_cancelled_or_became_ready_nothing_is_left()
    {
        var (ready, cancelled) = (0, 0);
        for (var delay = 0; delay <= 120; delay += 5)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
            try
            {
                await using var server = await StartAsync(Tree() with { Readiness = Readiness.OutputLine("^up$") }, cancellation.Token);
                ready++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            await AssertNothingIsLeftAsync();
        }

        Assert.True(cancelled > 0, $"{ready} were ready, {cancelled} cancelled.");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_that_is_already_cancelled_starts_nothing()
    {
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(
            Server(), new CancellationToken(canceled: true)));

        Assert.True(cancelled.CancellationToken.IsCancellationRequested);
        Assert.False(Directory.Exists(LogDirectory));
        await AssertNothingIsLeftAsync();
        Assert.Empty(Registry.Registered());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancelled_start_does_not_wait_for_the_grace_period()
    {
        using var cancellation = new CancellationTokenSource();
        var options = Server("--ignore-term", "--children", "1", "--children-ignore-term") with
        {
            Readiness = Never,
            Reap = new() { GracePeriod = TimeSpan.FromMinutes(5) },
        };
        var start = StartAsync(options, cancellation.Token);
        await Registry.WaitForAsync(2);
        var clock = Stopwatch.StartNew();

        await cancellation.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        Registry.AssertNoneAlive();
        Assert.InRange(clock.ElapsedMilliseconds, 0, 10_000);
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.Equal("The start of the server was cancelled.", cancelled.Message);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_cancelled_start_that_cannot_be_reaped_says_so()
    {
        using var cage = Freezer.Make();
        using var cancellation = new CancellationTokenSource();
        var options = Server() with
        {
            Readiness = Never,
            Reap = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(1) },
        };
        var start = StartAsync(options, cancellation.Token);
        var root = Assert.Single(await Registry.WaitForAsync(1));
        await cage.FreezeAsync(root.Pid);

        await cancellation.CancelAsync();
        var failure = await Assert.ThrowsAsync<ServerStartException>(() => start);

        Registry.AssertAlive("root", 1);
        Assert.StartsWith(
            $"The start of the server was cancelled.{Environment.NewLine}Then it could not be reaped: ",
            failure.Message,
            StringComparison.Ordinal);
        Contains($"{root.Pid}", failure.Message);
        cage.Thaw();
        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_probe_that_ignores_its_token_does_not_delay_the_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var deaf = Readiness.Custom("deaf", async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), CancellationToken.None);
            return true;
        });
        var start = StartAsync(Server() with { Readiness = deaf }, cancellation.Token);
        await Registry.WaitForAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_probe_that_cancels_itself_counts_as_not_ready()
    {
        var asked = 0;
        var probe = Readiness.Custom("moody", (_, _) =>
            asked++ < 3 ? throw new OperationCanceledException("not now") : Task.FromResult(true));

        await using var server = await StartAsync(Server() with { Readiness = probe });

        Assert.Equal(4, asked);
    }

    private ServerProcessOptions Tree() => Server("--children", "1", "--daemon", "--print", "up");

    private async Task AssertNothingIsLeftAsync()
    {
        Registry.AssertNoneAlive();
        var clock = Stopwatch.StartNew();
        await Poll.UntilAsync(() => clock.Elapsed >= TimeToEnter, "late processes to register");
        Registry.AssertNoneAlive();
    }
}
