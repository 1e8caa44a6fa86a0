using Microsoft.Extensions.Logging;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

/// <summary>Writes to xUnit's diagnostics, from information upwards.</summary>
internal sealed class DiagnosticMessageLogger : ILogger
{
    private readonly IMessageSink _sink;

    public DiagnosticMessageLogger(IMessageSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var prefix = logLevel == LogLevel.Information ? "" : $"{logLevel}: ";
            _sink.OnMessage(new DiagnosticMessage($"{prefix}{formatter(state, exception)}"));
        }
    }
}
