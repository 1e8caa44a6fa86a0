using Microsoft.Extensions.Logging;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A logger that writes to xUnit's output throws when no test is running, such as when a fixture is disposed.</summary>
public sealed class LoggerTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_throws_does_not_break_the_start()
    {
        await using var server = await ServerProcess.StartAsync(Program(), new ThrowingLogger());

        await Registry.WaitForAsync(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_throws_does_not_break_the_reap()
    {
        await using var server = await ServerProcess.StartAsync(Program("--children", "1"), new ThrowingLogger { IsQuiet = true });
        await Registry.WaitForAsync(2);
        (await Registry.WaitForAsync(1, "root"))[0].Kill();
        await ExitAsync(server);

        await server.ReapAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_that_throws_does_not_break_the_report_of_a_failed_start()
    {
        var options = Program("--exit-after", "300", "--children", "1") with { Readiness = Readiness.OutputLine("never") };

        await Assert.ThrowsAsync<ServerStartException>(() => ServerProcess.StartAsync(options, new ThrowingLogger()));

        Assert.NotEmpty(Registry.Registered());
        Registry.AssertNoneAlive();
    }

    private sealed class ThrowingLogger : ILogger
    {
        /// <summary>Throws on warnings only.</summary>
        public bool IsQuiet { get; init; }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsQuiet || logLevel >= LogLevel.Warning)
            {
                throw new InvalidOperationException("There is no currently active test.");
            }
        }
    }
}
