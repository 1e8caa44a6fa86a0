using TestReaper.Platform;

namespace TestReaper.Servers.Output;

/// <summary>
/// Passes lines to one handler, in order, on a thread of its own: neither the reading of the output nor another handler waits for it,
/// and a starved thread pool does not matter. The thread ends after two seconds without a line.
/// </summary>
internal sealed class LineSubscription(Action<string> handler)
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    private readonly object _gate = new();
    private readonly Queue<string> _lines = new();
    private long _characters;
    private long _leftOut;
    private bool _isRemoved, _isBusy;
    private Thread? _thread;

    public Action<string> Handler { get; } = handler;

    /// <summary>How many characters may wait. Beyond that lines are left out, and the handler gets a notice with their number.</summary>
    public int Capacity { get; init; } = 16 * 1024 * 1024;

    public void Post(string line)
    {
        lock (_gate)
        {
            if (_isRemoved)
            {
                return;
            }

            if (_characters + line.Length > Capacity)
            {
                _leftOut++;
                return;
            }

            AddNotice();
            Enqueue(line);

            // Out of threads, the line waits, and the next one tries again.
            _thread ??= BackgroundThread.TryStart("TestReaper output handler", Run);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops the waiting lines. A call that is under way continues.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            _isRemoved = true;
            _lines.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the handler got every line; false if the time was over first.</summary>
    public bool WaitUntilDelivered(TimeSpan timeout)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            // The handler itself may be the caller.
            while (_thread != Thread.CurrentThread && (_lines.Count > 0 || _isBusy))
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private void Run()
    {
        while (Next() is { } line)
        {
            try
            {
                Handler(line);
            }
            catch (Exception)
            {
                // A finished test may not have removed its handler.
            }
        }
    }

    private string? Next()
    {
        lock (_gate)
        {
            _isBusy = false;
            Monitor.PulseAll(_gate);
            while (_lines.Count == 0)
            {
                AddNotice();
                if (_isRemoved || (_lines.Count == 0 && !Monitor.Wait(_gate, Idle) && _lines.Count == 0))
                {
                    _thread = null;
                    return null;
                }
            }

            var line = _lines.Dequeue();
            _characters -= line.Length;
            _isBusy = true;
            return line;
        }
    }

    private void AddNotice()
    {
        if (_leftOut > 0)
        {
            var count = _leftOut.ToString(CultureInfo.InvariantCulture);
            Enqueue(
                $"[TestReaper: {count} lines are left out here, since the handler of ServerOutput.Line is too slow; " +
                "the log file has them]");
            _leftOut = 0;
        }
    }

    private void Enqueue(string line)
    {
        _lines.Enqueue(line);
        _characters += line.Length;
    }
}
