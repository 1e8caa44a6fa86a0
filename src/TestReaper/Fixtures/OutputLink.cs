namespace TestReaper.Fixtures;

/// <summary>Passes the server's lines on to the output of one test, until disposed or until that output refuses them.</summary>
internal sealed class OutputLink : IDisposable
{
    private readonly ServerOutput _output;
    private readonly Action<string> _write;
    private int _isCut;

    public OutputLink(ServerOutput output, Action<string> write)
    {
        _output = output;
        _write = write;
        _output.Line += Pass;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isCut, 1) == 0)
        {
            _output.Line -= Pass;
        }
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
            Dispose();
        }
    }
}
