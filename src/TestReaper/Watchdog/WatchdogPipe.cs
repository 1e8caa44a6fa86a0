using TestReaper.Platform;

namespace TestReaper.Watchdog;

/// <summary>
/// Sends lines to the watchdog, in order, without waiting for it: what the pipe does not accept at once is queued and written later. A
/// reader that reads nothing for two seconds counts as stuck; it may have been stopped (SIGSTOP).
/// </summary>
/// <param name="pipe">The standard input of the watchdog.</param>
/// <param name="stuck">Called once, on another thread.</param>
internal sealed class WatchdogPipe(INonBlockingPipe pipe, Action stuck) : IDisposable
{
    private const int MaxBacklog = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly object _gate = new();
    private readonly List<byte> _backlog = [];
    private bool _isWriting, _isClosed;

    /// <summary>Whether lines are still queued.</summary>
    public bool IsBehind
    {
        get
        {
            lock (_gate)
            {
                return _backlog.Count > 0;
            }
        }
    }

    /// <param name="line">Without its line feed. May contain several lines.</param>
    /// <exception cref="IOException">The reader is dead or stuck, or the system refuses a thread for the rest.</exception>
    public void Send(string line)
    {
        lock (_gate)
        {
            if (_isClosed || _backlog.Count > MaxBacklog)
            {
                throw new IOException("The watchdog reads no lines.");
            }

            _backlog.AddRange(Encoding.UTF8.GetBytes(line + "\n"));
            if (_isWriting || Write())
            {
                return;
            }

            _isWriting = BackgroundThread.TryStart("TestReaper watchdog pipe", WriteBacklog) is not null;
            if (!_isWriting)
            {
                throw new IOException("The system refuses a thread that writes to the watchdog.");
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            pipe.Dispose();
        }
    }

    private void WriteBacklog()
    {
        try
        {
            while (pipe.WaitUntilWritable(Patience))
            {
                lock (_gate)
                {
                    if (_isClosed || Write())
                    {
                        _isWriting = false;
                        return;
                    }
                }
            }
        }
        catch (IOException)
        {
            // The watchdog is dead: the next line fails for the same reason.
        }

        stuck();
    }

    /// <returns>Whether everything is written.</returns>
    private bool Write()
    {
        _backlog.RemoveRange(0, pipe.TryWrite(CollectionsMarshal.AsSpan(_backlog)));
        return _backlog.Count == 0;
    }
}
