using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TestReaper.Tests.Infrastructure;

public readonly record struct LoggedMessage(LogLevel Level, string Message);

/// <summary>Keeps the messages of every level.</summary>
public sealed class ListLogger : ILogger
{
    private readonly ConcurrentQueue<LoggedMessage> _messages = new();

    public IReadOnlyList<LoggedMessage> Messages => [.. _messages];

    public IReadOnlyList<string> Warnings =>
        [.. _messages.Where(logged => logged.Level == LogLevel.Warning).Select(logged => logged.Message)];

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _messages.Enqueue(new(logLevel, formatter(state, exception)));
}
