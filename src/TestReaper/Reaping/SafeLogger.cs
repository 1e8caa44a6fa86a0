using Microsoft.Extensions.Logging;

namespace TestReaper.Reaping;

/// <summary>
/// Keeps a logger's exceptions from ending what it is told of. Loggers that write to xUnit's output throw when no test is
/// running, which is just when fixtures start and stop their servers.
/// </summary>
internal sealed class SafeLogger : ILogger
{
    private readonly ILogger _logger;

    private SafeLogger(ILogger logger) => _logger = logger;

    public static ILogger Around(ILogger logger) => logger as SafeLogger ?? new SafeLogger(logger);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => Try(() => _logger.BeginScope(state));

    public bool IsEnabled(LogLevel logLevel) => Try(() => _logger.IsEnabled(logLevel));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Try(() =>
        {
            _logger.Log(logLevel, eventId, state, exception, formatter);
            return true;
        });

    private static T? Try<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception)
        {
            return default;
        }
    }
}
