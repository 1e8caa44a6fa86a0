using TestReaper.Servers.Output;

namespace TestReaper;

/// <summary>
/// What a server wrote to its standard output and standard error, in the order it was read. Secrets are masked. If a carriage return
/// overwrites a line, as in a progress bar, only the last state is kept.
/// </summary>
public sealed class ServerOutput
{
    internal const int MaxLines = 1000, MaxLineLength = 4096;
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(1);
    private readonly object _gate = new();
    private readonly object _logGate = new();
    private readonly Queue<(string Text, long At)> _tail = new();
    private readonly SortedDictionary<int, string> _unfinished = [];
    private readonly List<LineSubscription> _subscriptions = [];
    private readonly LogFile? _log;
    private IReadOnlyList<LineSearch> _searches = [];
    private Exception? _logFailure;
    private long _firstAt;
    private int _count;

    internal ServerOutput(LogFile? log)
    {
        _log = log;
        LogFile = log?.Path;
    }

    /// <summary>
    /// Raised for each line. Each handler gets the lines in order, one at a time, on a thread that serves no other handler. A slow handler
    /// delays neither the server nor other handlers: up to 16 Mi characters of lines wait for it. Lines beyond that are left out, and one
    /// line in brackets says how many; the log file has them all. Lines may still arrive for a while after the server was reaped. An
    /// exception of a handler is ignored.
    /// </summary>
    public event Action<string>? Line
    {
        add
        {
            if (value is not null)
            {
                lock (_gate)
                {
                    _subscriptions.Add(new LineSubscription(value));
                }
            }
        }

        remove
        {
            lock (_gate)
            {
                var index = _subscriptions.FindLastIndex(subscription => subscription.Handler == value);
                if (index >= 0)
                {
                    _subscriptions[index].Remove();
                    _subscriptions.RemoveAt(index);
                }
            }
        }
    }

    /// <summary>
    /// The last 1,000 lines, each cut at 4,096 characters; a copy. A line without an end, such as a prompt, is included once nothing was
    /// added to it for 100 ms.
    /// </summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_gate)
            {
                return [.. _tail.Select(line => line.Text), .. _unfinished.Values];
            }
        }
    }

    /// <summary>
    /// The file with the whole output, or with its first and last 128 MiB if there is more than 256 MiB. Only its owner can read it. Null
    /// for an attached server, and after it was deleted at a clean end.
    /// </summary>
    public string? LogFile { get; private set; }

    /// <summary>When the first text was read (<see cref="Stopwatch.GetTimestamp"/>); 0 before that.</summary>
    internal long FirstAt => Volatile.Read(ref _firstAt);

    /// <summary>Passes text to the searches, as the server wrote it.</summary>
    internal void Test(string text, bool isUnfinished)
    {
        if (_firstAt == 0)
        {
            Volatile.Write(ref _firstAt, Stopwatch.GetTimestamp());
        }

        foreach (var search in _searches)
        {
            search.Test(text, isUnfinished);
        }
    }

    /// <summary>Adds a line, with its secrets masked.</summary>
    internal void Add(string line, int pipe = 0)
    {
        lock (_gate)
        {
            _unfinished.Remove(pipe);
            _tail.Enqueue((Cut(line), Stopwatch.GetTimestamp()));
            _count++;
            if (_tail.Count > MaxLines)
            {
                _tail.Dequeue();
            }

            _subscriptions.ForEach(subscription => subscription.Post(line));
        }

        WriteLog(line);
    }

    /// <summary>
    /// The lines of <see cref="Tail"/> that were added at a moment (<see cref="Stopwatch.GetTimestamp"/>) or later, with their numbers from
    /// 1, and those without an end.
    /// </summary>
    internal IReadOnlyList<(int Number, string Text)> LinesSince(long moment)
    {
        lock (_gate)
        {
            var number = _count - _tail.Count;
            var lines = _tail.Select(line => (Number: ++number, line.Text, line.At)).ToList();
            return
            [
                .. lines.Where(line => line.At >= moment).Select(line => (line.Number, line.Text)),
                .. _unfinished.Values.Select(text => (++number, text)),
            ];
        }
    }

    /// <summary>Shows a line that has no end yet, with its secrets masked, until <see cref="Add"/> is called for the same pipe.</summary>
    internal void ShowUnfinished(int pipe, string text)
    {
        lock (_gate)
        {
            _unfinished[pipe] = Cut(text);
        }
    }

    internal void AddSearch(LineSearch search)
    {
        lock (_gate)
        {
            _searches = [.. _searches, search];
        }
    }

    internal LineSearch? FindSearch(object probe) => _searches.FirstOrDefault(search => ReferenceEquals(search.Probe, probe));

    /// <summary>Completes with the next match of a search.</summary>
    internal Task NextMatchAsync()
    {
        Task[] open = [.. _searches.Select(search => search.Match).Where(match => !match.IsCompleted)];
        return open.Length == 0 ? Task.Delay(Timeout.Infinite) : Task.WhenAny(open);
    }

    /// <summary>Waits until the handlers got every line; false if the time was over first.</summary>
    internal bool WaitUntilDelivered(TimeSpan timeout)
    {
        LineSubscription[] subscriptions;
        lock (_gate)
        {
            subscriptions = [.. _subscriptions];
        }

        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        return Array.TrueForAll(
            subscriptions, subscription => subscription.WaitUntilDelivered(TimeSpan.FromMilliseconds(deadline - Environment.TickCount64)));
    }

    /// <summary>Closes the log, and deletes it unless it is kept. Does nothing if a write to the log hangs.</summary>
    internal void End(bool keepLog)
    {
        if (!Monitor.TryEnter(_logGate, LogTimeout))
        {
            return;
        }

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
            // A full disk, or a directory that was deleted meanwhile, does not fail a reap.
            _logFailure = error;
        }
        finally
        {
            Monitor.Exit(_logGate);
        }
    }

    // A full disk must not end the reading: the server would block on its pipe.
    private void WriteLog(string line)
    {
        lock (_logGate)
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
    }

    private static string Cut(string line) => line.Length <= MaxLineLength ? line : line[..MaxLineLength];
}
