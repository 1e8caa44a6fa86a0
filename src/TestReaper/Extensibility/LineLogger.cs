namespace TestReaper.Extensibility;

/// <summary>
/// A logger that passes each message of level Information and above to the output of a test framework. Levels above Information are
/// written before the message; exceptions and scopes are left out.
/// </summary>
/// <param name="write">Writes one message, which may have several lines. Called on any thread.</param>
public sealed class LineLogger(Action<string> write) : ILogger
{
    private readonly Action<string> _write = write ?? throw new ArgumentNullException(nameof(write));

    /// <summary>Does nothing: scopes are left out.</summary>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel))
        {
            var prefix = logLevel == LogLevel.Information ? "" : $"{logLevel}: ";
            _write($"{prefix}{formatter(state, exception)}");
        }
    }
}
