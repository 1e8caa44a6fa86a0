using TestReaper.Platform;

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
    private readonly Queue<Task> _calls = [];
    private Thread? _thread;
    private bool _isBehind;
    private int _dropped;

    /// <summary>Runs a call in the caller's execution context: loggers find the running test in it. Never throws.</summary>
    public void Run(Action action)
    {
        var call = new Task(action);
        lock (_gate)
        {
            if (_calls.Count >= Capacity)
            {
                _dropped++;
                return;
            }

            _calls.Enqueue(call);
            Monitor.PulseAll(_gate);

            // Out of threads, the call waits, and the next one tries again: a late message is better than a failed reap.
            _thread ??= BackgroundThread.TryStart("TestReaper log", RunAll);
            if (_thread is null || _isBehind || Thread.CurrentThread == _thread)
            {
                return;
            }
        }

        if (Task.WaitAny([call], Patience) < 0)
        {
            lock (_gate)
            {
                _isBehind = !call.IsCompleted;
            }
        }
    }

    private void RunAll()
    {
        while (Next() is { } call)
        {
            call.RunSynchronously(TaskScheduler.Default);

            // Loggers that write to a test's output throw when no test is running.
            _ = call.Exception;
        }
    }

    private Task? Next()
    {
        lock (_gate)
        {
            if (_calls.Count == 0)
            {
                _isBehind = false;
                if (_dropped > 0)
                {
                    var dropped = _dropped;
                    _dropped = 0;
                    return new Task(() => reportDropped(dropped));
                }

                Monitor.Wait(_gate, Idle);
            }

            if (_calls.TryDequeue(out var next))
            {
                return next;
            }

            _thread = null;
            return null;
        }
    }
}
