using TestReaper.Servers.Output;

namespace TestReaper;

/// <summary>What a server wrote to its standard output and standard error, in the order it was read. Secrets are masked.</summary>
public sealed class ServerOutput
{
    internal const int MaxLines = 1000, MaxLineLength = 4096;
    private readonly object _gate = new();
    private readonly Queue<string> _tail = new();
    private readonly List<LineWatch> _watches = [];
    private readonly LogFile? _log;
    private string? _lastLine;
    private Exception? _logFailure;

    internal ServerOutput(LogFile? log)
    {
        _log = log;
        LogFile = log?.Path;
    }

    /// <summary>Raised for each line, from a pool thread, one line at a time per stream. An exception of a handler is ignored.</summary>
    public event Action<string>? Line;

    /// <summary>The last 1,000 lines, each cut at 4,096 characters; a copy.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_gate)
            {
                return [.. _tail];
            }
        }
    }

    /// <summary>
    /// The file that holds the whole output, readable by its owner only; over 256 MiB, its first and last 128 MiB. Null for an
    /// attached server, and once it was deleted after a clean end.
    /// </summary>
    public string? LogFile { get; private set; }

    internal string? LastLine
    {
        get
        {
            lock (_gate)
            {
                return _lastLine;
            }
        }
    }

    internal void Add(string line)
    {
        lock (_gate)
        {
            var cut = line.Length <= MaxLineLength ? line : line[..MaxLineLength];
            _lastLine = cut;
            _tail.Enqueue(cut);
            if (_tail.Count > MaxLines)
            {
                _tail.Dequeue();
            }

            WriteLog(line);
            foreach (var watch in _watches)
            {
                watch.Look(cut);
            }
        }

        Raise(line);
    }

    internal void AddWatch(LineWatch watch)
    {
        lock (_gate)
        {
            _watches.Add(watch);
        }
    }

    internal LineWatch? FindWatch(object owner)
    {
        lock (_gate)
        {
            return _watches.Find(watch => ReferenceEquals(watch.Owner, owner));
        }
    }

    /// <summary>Completes with the next line that somebody waits for.</summary>
    internal Task NextMatchAsync()
    {
        lock (_gate)
        {
            Task[] open = [.. _watches.Select(watch => watch.Match).Where(match => !match.IsCompleted)];
            return open.Length == 0 ? Task.Delay(Timeout.Infinite) : Task.WhenAny(open);
        }
    }

    /// <summary>Closes the log; deletes it unless it is to be kept.</summary>
    internal void End(bool keepLog)
    {
        lock (_gate)
        {
            try
            {
                _log?.Dispose();
                if (!keepLog && _log is not null)
                {
                    LogFile = null;
                    File.Delete(_log.Path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A full disk, or a directory that was deleted meanwhile, is no reason to fail a reap.
                _logFailure = error;
            }
        }
    }

    // A full disk must not end the reading: the server would block on its pipe.
    private void WriteLog(string line)
    {
        try
        {
            if (_logFailure is null)
            {
                _log?.WriteLine(line);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _logFailure = error;
        }
    }

    private void Raise(string line)
    {
        foreach (var handler in Line?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<string>)handler)(line);
            }
            catch (Exception)
            {
                // A test that is over may have left its handler behind; the next line is somebody else's.
            }
        }
    }
}
