using System.Collections.Concurrent;
using Xunit;

namespace TestReaper.Xunit.Tests;

/// <summary>Keeps the diagnostics of xUnit, and raises an event when one is written.</summary>
#if XUNIT_V3
public sealed class ListSink : IMessageSink
#else
public sealed class ListSink : LongLivedMarshalByRefObject, IMessageSink
#endif
{
    private readonly ConcurrentQueue<string> _messages = new();

    public event Action<string>? Written;

    public IReadOnlyList<string> Messages => [.. _messages];

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is IDiagnosticMessage diagnostic)
        {
            _messages.Enqueue(diagnostic.Message);
            Written?.Invoke(diagnostic.Message);
        }

        return true;
    }

    /// <summary>Returns the only message with this beginning.</summary>
    public string Only(string start) => Assert.Single(Messages, message => message.StartsWith(start, StringComparison.Ordinal));
}
