namespace TestReaper.Fixtures;

/// <summary>Passes the server's lines on to the output of one test, until disposed or until that output refuses them.</summary>
internal sealed class OutputLink : IDisposable
{
    // Lines are handed over on a thread of their own: those that the server wrote during the test are to reach its output.
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromMilliseconds(500);
    private readonly ServerOutput _output;
    private readonly Action<string> _write;
    private readonly Action<ServerOutput>? _atEnd;
    private int _isCut;

    /// <param name="output">Whose lines.</param>
    /// <param name="write">Takes each.</param>
    /// <param name="atEnd">Called once when the user ends it, while the test still runs.</param>
    public OutputLink(ServerOutput output, Action<string> write, Action<ServerOutput>? atEnd = null)
    {
        _output = output;
        _write = write;
        _atEnd = atEnd;
        _output.Line += Pass;
    }

    public void Dispose()
    {
        if (Volatile.Read(ref _isCut) == 0)
        {
            _output.WaitUntilDelivered(DeliveryPatience);
        }

        if (Cut())
        {
            _atEnd?.Invoke(_output);
        }
    }

    private bool Cut()
    {
        var isFirst = Interlocked.Exchange(ref _isCut, 1) == 0;
        if (isFirst)
        {
            _output.Line -= Pass;
        }

        return isFirst;
    }

    private void Pass(string line)
    {
        try
        {
            _write(line);
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException or NullReferenceException)
        {
            // The test is over: the frameworks' ways to say so.
            Cut();
        }
    }
}
