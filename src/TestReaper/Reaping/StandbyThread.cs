using TestReaper.Platform;

namespace TestReaper.Reaping;

/// <summary>
/// A thread that is created before it is needed. Servers must be reaped even when the host has run out of process ids or memory and
/// cannot create a thread. A pool thread doesn't help: blocked tests may occupy the whole pool.
/// </summary>
internal sealed class StandbyThread : IDisposable
{
    private readonly object _gate = new();
    private Action? _work;
    private bool _isBusy;
    private bool _isDisposed;

    /// <param name="name">For debuggers.</param>
    /// <exception cref="OutOfMemoryException">The system refuses another thread.</exception>
    public StandbyThread(string name)
    {
        var thread = new Thread(Main) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Runs work on <paramref name="standby"/> if it is free, else on a new thread, else on the calling one.</summary>
    /// <remarks>Continuations run on the same thread, which is idle by then, so that a starved pool delays none of them.</remarks>
    public static Task<T> Run<T>(StandbyThread? standby, string name, Func<T> work)
    {
        var result = new TaskCompletionSource<T>();
        if (standby?.TryRun(Complete) != true && BackgroundThread.TryStart(name, Complete) is null)
        {
            Complete();
        }

        return result.Task;

        void Complete()
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        }
    }

    /// <summary>Ends the thread when its work is done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.Pulse(_gate);
        }
    }

    private bool TryRun(Action work)
    {
        lock (_gate)
        {
            if (_isBusy || _isDisposed)
            {
                return false;
            }

            (_work, _isBusy) = (work, true);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Main()
    {
        while (Next() is { } work)
        {
            work();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            _isBusy = _work is not null;
            while (_work is null && !_isDisposed)
            {
                Monitor.Wait(_gate);
            }

            var work = _work;
            _work = null;
            return work;
        }
    }
}
