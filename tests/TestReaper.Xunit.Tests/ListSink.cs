using System.Collections.Concurrent;
using Xunit;

namespace TestReaper.Xunit.Tests;

/// <summary>Keeps xUnit's diagnostics, and lets a test look at the world at the moment when one is written.</summary>
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

    /// <summary>The only message that starts like this.</summary>
    public string Only(string start) => Assert.Single(Messages, message => message.StartsWith(start, StringComparison.Ordinal));
}
