using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The wait for a server ends in time, whatever a probe does.</summary>
public sealed class ReadinessWaitTests : StartingServers
{
    private static readonly IReadinessProbe Hanging = Readiness.Custom("a hanging probe", (_, _) => new TaskCompletionSource<bool>().Task);

    [Fact(Timeout = 30_000)]
    public async Task A_probe_that_hangs_does_not_outlive_the_startup_timeout()
    {
        var clock = Stopwatch.StartNew();

        var failure = await FailAsync(Server("--children", "1") with { Readiness = Hanging, StartupTimeout = TimeSpan.FromSeconds(1) });

        Assert.InRange(clock.ElapsedMilliseconds, 950, 10_000);
        Contains("The server was not ready within 1.0 s: a hanging probe was tried 1 times.", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_probe_that_blocks_its_thread_does_not_outlive_the_startup_timeout()
    {
        using var release = new ManualResetEventSlim();
        var blocking = Readiness.Custom("a blocking probe", (_, _) =>
            Task.FromResult(release.Wait(TimeSpan.FromSeconds(25), CancellationToken.None)));

        try
        {
            var failure = await FailAsync(Server() with { Readiness = blocking, StartupTimeout = TimeSpan.FromSeconds(1) });

            Contains("a blocking probe was tried 1 times.", failure.Message);
        }
        finally
        {
            // A blocked thread of the pool delays other tests.
            release.Set();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exit_is_reported_at_once_although_a_probe_hangs()
    {
        var clock = Stopwatch.StartNew();

        var failure = await FailAsync(Server("--exit-after", "300", "--exit-code", "4") with { Readiness = Hanging });

        Assert.Equal(4, failure.ExitCode);
        Assert.InRange(clock.ElapsedMilliseconds, 300, 10_000);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_probe_gets_its_token_cancelled_on_an_exit()
    {
        var heard = new TaskCompletionSource();
        var probe = Readiness.Custom("a probe that listens", async (_, token) =>
        {
            await using var registration = token.Register(heard.SetResult);
            await heard.Task;
            return true;
        });

        var failure = await FailAsync(Server("--exit-after", "300", "--exit-code", "4") with { Readiness = probe });

        Assert.Equal(4, failure.ExitCode);
        await heard.Task;
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_arrives_during_the_exit_check_counts()
    {
        // The wait checks for an exit every 50 ms. An answer that arrived during a check was once lost, and the start failed.
        var starts = Enumerable.Range(0, 8).Select(async number =>
        {
            var rounds = 0;
            var probe = Readiness.Custom("on time", async (_, token) =>
            {
                await Task.Delay(48 + (number % 4), token);
                return ++rounds == 25;
            });
            await using var server = await StartAsync(Server() with { Readiness = probe, StartupTimeout = TimeSpan.FromSeconds(50) });
        });

        await Task.WhenAll(starts);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_exits_as_it_becomes_ready_has_failed()
    {
        var probe = Readiness.Custom("too late", async (server, _) =>
        {
            await Poll.UntilAsync(() => server.HasExited, "the server to exit");
            return true;
        });

        var failure = await FailAsync(Server("--exit-after", "0", "--exit-code", "5") with { Readiness = probe });

        Assert.Equal(5, failure.ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_log_says_every_few_seconds_what_the_start_waits_for()
    {
        var options = Server("--children", "2", "--http", "{port}", "--ready-after", "5600", "--print", "loading shard 3") with
        {
            Readiness = Readiness.Http("/health"),
        };

        await using var server = await StartAsync(options);

        var progress = Log.Messages.First(logged => logged.Message.StartsWith("Waiting for ", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Information, progress.Level);
        Assert.Matches(
            @"^Waiting for GET /health: [5-9] s of 20 s, 3 processes, [1-9][0-9.]* MiB resident; " +
            @"last answer: (503 Service Unavailable: starting|no answer yet); last output: loading shard 3$",
            progress.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_log_says_when_it_is_ready_and_draws_the_tree()
    {
        await using var server = await StartAsync(
            Server("--children", "1", "--http", "{port}") with { Readiness = Readiness.Http("/health") });

        var ready = Assert.Single(Log.Messages, logged => logged.Message.StartsWith("Ready", StringComparison.Ordinal)).Message;
        Contains($"Ready at http://127.0.0.1:{server.Port}/ after ", ready);
        Contains($"{server.ProcessId}", ready);
        Contains("--role child", ready);
    }
}
