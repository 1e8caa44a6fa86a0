using Microsoft.Extensions.Logging;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A logger may block for any time: a reap does not wait for it, and its messages stay in order.</summary>
public sealed class SlowLoggerTests : RunningServers
{
    private static readonly AsyncLocal<string?> Place = new();

    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_blocks_does_not_keep_a_reap_from_killing()
    {
        using var logger = new GatedLogger();
        await using var server = await ServerProcess.StartAsync(Program("--children", "1"), logger);
        await Registry.WaitForAsync(2);
        (await Registry.WaitForAsync(1, "root"))[0].Kill();
        await ExitAsync(server);
        logger.Close();

        // Its first message is the warning about the crash, before any kill.
        await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(1, logger.Blocked);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_blocks_does_not_delay_a_start()
    {
        using var logger = new GatedLogger();
        logger.Close();

        await using var server = await ServerProcess.StartAsync(Program(), logger);
        await Registry.WaitForAsync(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Messages_stay_in_order_and_arrive_when_the_logger_continues()
    {
        using var logger = new GatedLogger();
        var safe = SafeLogger.Around(logger);
        safe.LogInformation("1");
        Assert.Equal(["1"], logger.Messages);
        logger.Close();
        safe.LogInformation("2");
        safe.LogInformation("3");
        Assert.Equal(["1"], logger.Messages);

        logger.Open();
        await Poll.UntilAsync(() => logger.Messages.Count == 3, "the messages that waited");
        safe.LogInformation("4");
        await Poll.UntilAsync(() => logger.Messages.Count == 4, "the last message");

        Assert.Equal(["1", "2", "3", "4"], logger.Messages);
    }

    [Fact(Timeout = 30_000)]
    public async Task Messages_beyond_the_limit_of_a_blocked_logger_are_dropped_and_counted()
    {
        using var logger = new GatedLogger();
        var safe = SafeLogger.Around(logger);
        logger.Close();
        for (var i = 0; i < 5000; i++)
        {
            safe.LogInformation("{Number}", i);
        }

        Assert.Empty(logger.Messages);
        logger.Open();

        await Poll.UntilAsync(
            () => logger.Messages.Exists(message => message.Contains("messages are missing here", StringComparison.Ordinal)),
            "the count of the dropped");
        Assert.Equal(["0", "1", "2"], logger.Messages.Take(3));
        Assert.InRange(logger.Messages.Count, 1000, 1100);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_sees_the_execution_context_of_the_caller()
    {
        await Task.CompletedTask;
        using var logger = new GatedLogger();
        var safe = SafeLogger.Around(logger);
        Place.Value = "in this test";
        safe.LogInformation("x");
        Place.Value = "later";
        safe.LogInformation("y");

        Assert.Equal(["in this test", "later"], logger.Places);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_throws_or_logs_itself_loses_no_message()
    {
        using var logger = new GatedLogger();
        var safe = SafeLogger.Around(logger);
        Assert.Same(safe, SafeLogger.Around(logger));
        Assert.Same(safe, SafeLogger.Around(safe));

        safe.Log(LogLevel.Error, 0, "x", null, (_, _) => throw new InvalidOperationException("There is no currently active test."));
        safe.Log(LogLevel.Error, 0, "x", null, (_, _) =>
        {
            safe.LogInformation("inner");
            return "outer";
        });
        await Poll.UntilAsync(() => logger.Messages.Count == 2, "both messages");

        Assert.Equal(["outer", "inner"], logger.Messages);
    }

    private sealed class GatedLogger : ILogger, IDisposable
    {
        private readonly ManualResetEventSlim _open = new(true);
        private readonly List<(string Message, string? Place)> _messages = [];
        private int _blocked;

        public int Blocked => Volatile.Read(ref _blocked);

        public List<string> Messages => Copy(entry => entry.Message);

        public List<string?> Places => Copy(entry => entry.Place);

        public void Close() => _open.Reset();

        public void Open() => _open.Set();

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!_open.IsSet)
            {
                Interlocked.Increment(ref _blocked);
                _open.Wait();
            }

            var message = formatter(state, exception);
            lock (_messages)
            {
                _messages.Add((message, Place.Value));
            }
        }

        // Does not dispose the event: a call may still wait on it.
        public void Dispose() => Open();

        private List<T> Copy<T>(Func<(string Message, string? Place), T> select)
        {
            lock (_messages)
            {
                return [.. _messages.Select(select)];
            }
        }
    }
}
