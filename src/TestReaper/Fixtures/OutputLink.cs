namespace TestReaper.Fixtures;

/// <summary>Passes the lines of a server to the output of one test, until it is disposed or that output throws.</summary>
internal sealed class OutputLink : IDisposable
{
    // Lines arrive on another thread. Disposing waits for those that the server wrote during the test.
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromMilliseconds(500);
    private readonly ServerOutput _output;
    private readonly Action<string> _write;
    private readonly Action<ServerOutput>? _atEnd;
    private int _isCut;

    /// <summary>Begins to pass lines. If the link is disposed while the test still runs, <paramref name="atEnd"/> is called once.</summary>
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
            _output.WaitUntilDelivered(DeliveryTimeout);
        }

        if (Cut())
        {
            _atEnd?.Invoke(_output);
        }
    }

    private bool Cut()
    {
        _output.Line -= Pass;
        return Interlocked.Exchange(ref _isCut, 1) == 0;
    }

    private void Pass(string line)
    {
        try
        {
            _write(line);
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException or NullReferenceException)
        {
            // The test is over: the outputs of the test frameworks throw these then.
            Cut();
        }
    }
}
