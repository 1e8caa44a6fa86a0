using Microsoft.Extensions.Logging;

#if NUNIT
namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

/// <summary>Hands each message, from information upwards, to one of xUnit's outputs.</summary>
internal sealed class LineLogger(Action<string> write) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var prefix = logLevel == LogLevel.Information ? "" : $"{logLevel}: ";
            write($"{prefix}{formatter(state, exception)}");
        }
    }
}
