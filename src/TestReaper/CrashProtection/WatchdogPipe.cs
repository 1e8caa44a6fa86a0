using System.Runtime.InteropServices;
using System.Text;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>
/// Sends lines to the watchdog, in order, without ever waiting for it: what the pipe does not take at once is kept and written when
/// it does. A reader that takes nothing for two seconds is stuck; it may have been stopped (SIGSTOP).
/// </summary>
/// <param name="pipe">Its standard input.</param>
/// <param name="stuck">Called once, on a thread of its own.</param>
internal sealed class WatchdogPipe(INonBlockingPipe pipe, Action stuck) : IDisposable
{
    private const int MaxBacklog = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly object _gate = new();
    private readonly List<byte> _backlog = [];
    private bool _isPumping, _isClosed;

    /// <summary>Whether it has not taken everything yet.</summary>
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

    /// <exception cref="IOException">The reader is dead, or it has taken nothing for long.</exception>
    public void Tell(string line)
    {
        lock (_gate)
        {
            if (_isClosed || _backlog.Count > MaxBacklog)
            {
                throw new IOException("The watchdog takes no lines.");
            }

            _backlog.AddRange(Encoding.UTF8.GetBytes(line + "\n"));
            if (_isPumping || Write())
            {
                return;
            }

            _isPumping = true;
            new Thread(Pump) { IsBackground = true, Name = "TestReaper watchdog pipe" }.Start();
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

    private void Pump()
    {
        try
        {
            while (pipe.WaitUntilWritable(Patience))
            {
                lock (_gate)
                {
                    if (_isClosed || Write())
                    {
                        _isPumping = false;
                        return;
                    }
                }
            }
        }
        catch (IOException)
        {
            // It is dead: the next line fails for the same reason.
        }

        stuck();
    }

    /// <returns>Whether all is written.</returns>
    private bool Write()
    {
        _backlog.RemoveRange(0, pipe.TryWrite(CollectionsMarshal.AsSpan(_backlog)));
        return _backlog.Count == 0;
    }
}
