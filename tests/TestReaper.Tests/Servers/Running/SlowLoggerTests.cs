using Microsoft.Extensions.Logging;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A logger may block for as long as it likes: a reap does not wait for it, and what it logs stays in order.</summary>
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

        // The first that it logs is the warning about the crash, before any kill.
        await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(1, logger.Blocked);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_blocks_keeps_no_start_waiting()
    {
        using var logger = new GatedLogger();
        logger.Close();

        await using var server = await ServerProcess.StartAsync(Program(), logger);
        await Registry.WaitForAsync(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Messages_stay_in_order_and_come_when_the_logger_goes_on()
    {
        await Task.CompletedTask;
        using var logger = new GatedLogger();
        var safe = SafeLogger.Around(logger);
        safe.LogInformation("1");
        Assert.Equal(["1"], logger.Messages);
        logger.Close();
        safe.LogInformation("2");
        safe.LogInformation("3");
        Assert.Equal(["1"], logger.Messages);

        logger.Open();
        Assert.True(SafeLogger.Flush(safe, TimeSpan.FromSeconds(20)));
        safe.LogInformation("4");

        Assert.Equal(["1", "2", "3", "4"], logger.Messages);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_too_much_for_a_logger_that_blocks_is_dropped_and_counted()
    {
        using var logger = new GatedLogger();
        var safe = SafeLogger.Around(logger);
        logger.Close();
        for (var i = 0; i < 5000; i++)
        {
            safe.LogInformation("{Number}", i);
        }

        Assert.False(SafeLogger.Flush(safe, TimeSpan.Zero));
        logger.Open();

        await Poll.UntilAsync(
            () => logger.Messages.Exists(message => message.Contains("messages are missing here", StringComparison.Ordinal)), "the count of the dropped");
        Assert.Equal(["0", "1", "2"], logger.Messages.Take(3));
        Assert.InRange(logger.Messages.Count, 1000, 1100);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_sees_the_execution_context_of_what_logs()
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
    public async Task A_logger_that_throws_or_logs_by_itself_loses_no_message()
    {
        await Task.CompletedTask;
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
        Assert.True(SafeLogger.Flush(safe, TimeSpan.FromSeconds(20)));

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

        // Not the event: a call may still be in it.
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
