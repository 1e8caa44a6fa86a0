using Microsoft.Extensions.Logging;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>When what happened to real servers.</summary>
public sealed class TimelineTests : RunningServers
{
    [Fact(Timeout = 60_000)]
    public async Task A_server_that_listens_before_it_is_ready_has_all_moments_in_their_order()
    {
        var before = DateTimeOffset.UtcNow;
        var options = Program("--http", "{port}", "--ready-after", "700", "--print", "loading");
        await using var server = await StartAsync(options with { Readiness = Readiness.Http("/health") });
        var ready = DateTimeOffset.UtcNow;
        await Task.Delay(200);

        var times = (await server.ReapAsync()).Timeline!;

        Assert.InRange(times.Spawned, before, ready);
        TimeSpan?[] moments = [times.FirstLine, times.Listening, times.Ready, times.Stop, times.Gone, times.Released];
        Assert.DoesNotContain(null, moments);
        Assert.True(times.FirstLine < times.Ready && times.Listening < times.Ready, $"{times}");
        Assert.Equal(moments[2..].Order(), moments[2..]);
        Assert.True(times.Ready - times.Listening >= TimeSpan.FromMilliseconds(300), $"{times}");
        Assert.True(times.Stop - times.Ready >= TimeSpan.FromMilliseconds(190), $"{times}");
        Assert.InRange(times.Ready!.Value, TimeSpan.FromMilliseconds(600), ready - before + TimeSpan.FromMilliseconds(50));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_never_happened_has_no_time()
    {
        await using var server = await StartAsync(Shell("exec sleep 100"));

        var times = (await server.ReapAsync()).Timeline!;

        Assert.Null(times.FirstLine);
        Assert.Null(times.Listening);
        Assert.NotNull(times.Ready);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_text_without_an_end_counts_as_the_first_line()
    {
        await using var server = await StartAsync(Shell("printf 'password: '; exec sleep 100"));
        await Poll.UntilAsync(() => server.Output.Tail.Count > 0, "the prompt");
        await Task.Delay(150);

        var times = (await server.ReapAsync()).Timeline!;

        Assert.NotNull(times.FirstLine);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_failed_to_start_was_never_ready()
    {
        var options = Shell("echo no; exit 3") with { Readiness = Readiness.OutputLine("^yes$") };

        await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        var line = Assert.Single(Logged.Split('\n'), line => line.StartsWith("Cost: ", StringComparison.Ordinal));
        Assert.Contains("first line", line, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", line, StringComparison.Ordinal);
    }

    /// <summary>The reap of a dead server waits for the cause of the death and for the logger before it begins.</summary>
    [Fact(Timeout = 60_000)]
    public async Task The_wait_before_the_reap_is_before_the_end_of_the_tree()
    {
        var options = Shell("echo up; read go; exit 7") with
        {
            RedirectStandardInput = true,
            Readiness = Readiness.OutputLine("^up$"),
            Reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(5) },
        };
        await using var server = await ServerProcess.StartAsync(options, new SlowLogger("before it was stopped"));
        await server.StandardInput.WriteLineAsync("go");
        await server.Exited;

        var times = (await server.ReapAsync()).Timeline!;

        // TestReaper waits for a slow logger, but not as long as this one takes.
        Assert.True(times.Gone - times.Stop >= TimeSpan.FromMilliseconds(150), $"{times}");
        Assert.True(times.Released >= times.Gone, $"{times}");
    }

    private sealed class SlowLogger(string text) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(text, StringComparison.Ordinal))
            {
                Thread.Sleep(700);
            }
        }
    }
}
