using Microsoft.Extensions.Logging;

namespace TestReaper.Tool.Reporting;

/// <summary>Writes warnings and errors to standard error, because a program may read standard output.</summary>
internal sealed class StandardErrorLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            CommandOutput.WriteError(formatter(state, exception));
        }
    }
}
