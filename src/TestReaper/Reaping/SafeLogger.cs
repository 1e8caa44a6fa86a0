using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace TestReaper.Reaping;

/// <summary>
/// Protects the caller from a logger that throws or blocks. Loggers that write to xUnit's output throw while no test is running, which
/// is when fixtures start and stop their servers. A logger that blocks must not delay the kill of a reap.
/// </summary>
internal sealed class SafeLogger : ILogger
{
    // One for each logger, so that its messages stay in order.
    private static readonly ConditionalWeakTable<ILogger, SafeLogger> Known = [];
    private readonly ILogger _logger;
    private readonly LogQueue _queue;

    private SafeLogger(ILogger logger)
    {
        _logger = logger;
        _queue = new LogQueue(count => logger.LogWarning("{Count} messages are missing here: the logger did not take them in time", count));
    }

    public static ILogger Around(ILogger logger) =>
        logger is SafeLogger or NullLogger ? logger : Known.GetValue(logger, static one => new SafeLogger(one));

    /// <summary>Does nothing: this library opens no scopes.</summary>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <summary>True if the logger does not answer in time.</summary>
    public bool IsEnabled(LogLevel logLevel)
    {
        var isEnabled = true;
        _queue.Run(() => isEnabled = _logger.IsEnabled(logLevel));
        return isEnabled;
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _queue.Run(() => _logger.Log(logLevel, eventId, state, exception, formatter));
}
