using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A probe whose members or callbacks throw, block or return nothing of use does not disturb the start.</summary>
public sealed class BadProbeTests : StartingServers, IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    // Not disposed: a blocked thread may still use it. One of the pool delays other tests, so it is released at the end of its test.
    private readonly ManualResetEventSlim _end = new();

    public new void Dispose()
    {
        _end.Set();
        base.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_callback_that_throws_at_the_timeout_does_not_end_the_host()
    {
        var called = new TaskCompletionSource();

        var failure = await FailAsync(Server() with { Readiness = ThrowsWhenCancelled(called), StartupTimeout = Short });

        Contains("The server was not ready within 1.0 s: a throwing callback was tried 1 times.", failure.Message);
        await called.Task;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_callback_that_throws_at_an_exit_does_not_hide_the_exit()
    {
        var called = new TaskCompletionSource();

        var failure = await FailAsync(Server("--exit-after", "300", "--exit-code", "4") with { Readiness = ThrowsWhenCancelled(called) });

        Assert.Equal(4, failure.ExitCode);
        await called.Task;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_callback_that_throws_does_not_reach_the_caller_that_cancels_the_start()
    {
        var called = new TaskCompletionSource();
        using var cancellation = new CancellationTokenSource();
        var start = StartAsync(Server() with { Readiness = ThrowsWhenCancelled(called) }, cancellation.Token);
        await Registry.WaitForAsync(1);
        await Task.Delay(200);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Registry.AssertNoneAlive();
        await called.Task;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_callback_that_blocks_does_not_delay_the_end_of_the_start()
    {
        var clock = Stopwatch.StartNew();
        var blocking = Readiness.Custom("a blocking callback", (_, token) =>
        {
            token.Register(Block);
            return new TaskCompletionSource<bool>().Task;
        });

        await FailAsync(Server() with { Readiness = blocking, StartupTimeout = Short });

        Assert.InRange(clock.ElapsedMilliseconds, 950, 15_000);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("blocks", false)]
    [InlineData("blocks", true)]
    [InlineData("throws", false)]
    [InlineData("throws", true)]
    [InlineData("null", false)]
    [InlineData("empty", true)]
    [InlineData("long", false)]
    public async Task A_description_that_cannot_be_used_is_replaced_by_the_name_of_the_type(string how, bool isOneOfSeveral)
    {
        var clock = Stopwatch.StartNew();
        var bad = new BadProbe(how, Block);

        var failure = await FailAsync(Server() with
        {
            Readiness = isOneOfSeveral ? Readiness.All(bad, Readiness.OutputLine("^up$")) : bad,
            StartupTimeout = TimeSpan.FromSeconds(3),
        });

        Contains($"within 3.0 s: BadProbe{(isOneOfSeveral ? " and an output line that matches /^up$/" : "")} was tried ", failure.Message);
        Contains(isOneOfSeveral ? "the last answer was: BadProbe: bad" : "the last answer was: bad", failure.Message);
        Assert.InRange(clock.ElapsedMilliseconds, 2_950, 15_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_description_that_blocks_does_not_delay_the_check_of_the_options()
    {
        var clock = Stopwatch.StartNew();
        var options = Server() with { Readiness = Readiness.All(Readiness.Http("/health"), new BadProbe("blocks", Block)) };

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(options));

        Contains("Readiness (GET /health and BadProbe) needs an address to ask", failure.Message);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 10_000);
    }

    private void Block() => _end.Wait(TimeSpan.FromSeconds(25));

    private static IReadinessProbe ThrowsWhenCancelled(TaskCompletionSource called) => Readiness.Custom("a throwing callback", (_, token) =>
    {
        token.Register(() =>
        {
            called.SetResult();
            throw new InvalidOperationException("bad callback");
        });
        return new TaskCompletionSource<bool>().Task;
    });

    private sealed class BadProbe(string how, Action block) : IReadinessProbe
    {
        public string Description
        {
            get
            {
                if (how == "blocks")
                {
                    block();
                }

                return how switch
                {
                    "throws" => throw new InvalidOperationException("bad description"),
                    "null" => null!,
                    "long" => new string('x', 5_000_000),
                    _ => "",
                };
            }
        }

        public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken) =>
            Task.FromResult(new ReadinessResult(false, "bad"));
    }
}
