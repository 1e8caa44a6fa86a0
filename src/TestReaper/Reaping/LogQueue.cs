namespace TestReaper.Reaping;

/// <summary>
/// Runs the calls of a logger in order, on a separate thread. A caller waits 250 ms for its call, so that messages appear in time. After
/// a call that takes longer, callers don't wait until the thread has caught up.
/// </summary>
internal sealed class LogQueue(Action<int> reportDropped)
{
    private const int Capacity = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250), Idle = TimeSpan.FromSeconds(2);
    private readonly object _gate = new();
    private readonly Queue<Call> _calls = [];
    private Thread? _thread;
    private Call? _running;
    private bool _isBehind;
    private int _dropped;

    /// <summary>Runs a call in the caller's execution context: loggers find the running test in it. Never throws.</summary>
    public void Run(Action action)
    {
        var call = new Call(action, ExecutionContext.Capture());
        lock (_gate)
        {
            if (_calls.Count >= Capacity)
            {
                _dropped++;
                return;
            }

            _calls.Enqueue(call);
            Monitor.PulseAll(_gate);
            if (!HasThread() || _isBehind || Thread.CurrentThread == _thread)
            {
                return;
            }
        }

        if (!call.Wait(Patience))
        {
            lock (_gate)
            {
                _isBehind = !call.Wait(TimeSpan.Zero);
            }
        }
    }

    /// <summary>Waits until all calls have run; false if the time was over first.</summary>
    public bool Flush(TimeSpan timeout)
    {
        Call? last;
        lock (_gate)
        {
            last = _calls.LastOrDefault() ?? _running;
        }

        return last?.Wait(timeout) != false;
    }

    private bool HasThread()
    {
        if (_thread is not null)
        {
            return true;
        }

        try
        {
            _thread = new Thread(RunAll) { IsBackground = true, Name = "TestReaper log" };
            _thread.UnsafeStart();
            return true;
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            // The next call tries again: a late message is better than a failed reap.
            _thread = null;
            return false;
        }
    }

    private void RunAll()
    {
        while (Next() is { } call)
        {
            call.Run();
        }
    }

    private Call? Next()
    {
        lock (_gate)
        {
            _running = null;
            if (_calls.Count == 0)
            {
                _isBehind = false;
                if (_dropped > 0)
                {
                    var dropped = _dropped;
                    _dropped = 0;
                    return _running = new Call(() => reportDropped(dropped), null);
                }

                Monitor.Wait(_gate, Idle);
            }

            if (_calls.TryDequeue(out var next))
            {
                return _running = next;
            }

            _thread = null;
            return null;
        }
    }

    private sealed class Call(Action action, ExecutionContext? context)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Wait(TimeSpan timeout) => _done.Task.Wait(timeout);

        public void Run()
        {
            try
            {
                if (context is null)
                {
                    action();
                }
                else
                {
                    ExecutionContext.Run(context, static state => ((Action)state!)(), action);
                }
            }
            catch (Exception)
            {
                // Loggers that write to a test's output throw when no test is running.
            }
            finally
            {
                _done.SetResult();
            }
        }
    }
}
