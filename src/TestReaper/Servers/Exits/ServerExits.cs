using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Exits;
using TestReaper.Reaping;

namespace TestReaper.Servers.Exits;

/// <summary>Notices the exit of a server's root and of its workers while it runs.</summary>
/// <remarks>
/// Constraint: a server that dies leaves its tests with "Connection refused", and the reason in a log file. So the death must be known at
/// once, with its status, and it must be known whether it was a death: a root that ends because it is reaped was stopped on purpose.
/// <para>
/// Scheme: <see cref="HostExits"/> reports the exits. The first of three moments settles how the root ended: the report, a check by a
/// caller who is about to use the server (<see cref="Check"/>), or the end of the reap. <see cref="ExpectExit"/> is called before anything
/// stops the server. It checks first, so that an earlier death stays a death.
/// </para>
/// <para>
/// Invariants: the exit is settled once. The task completes before the token is cancelled. User code, in callbacks of the token, in
/// handlers of <see cref="WorkerExited"/> and in the logger, never runs on the thread that reports the exits of other servers, nor
/// under a lock. Handlers of one server run one after the other. A worker that ends after the root is not reported: that is a
/// consequence of the death.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "End is its disposal.")]
internal sealed class ServerExits
{
    private const int MaxKept = 5;
    private readonly object _gate = new();
    private readonly object _logGate = new();
    private readonly ServerLifetime _run;
    private readonly ILogger _logger;
    private readonly bool _mayExit;
    private readonly IDisposable? _rootWatch;
    private readonly TreeExits _workers;
    private readonly TaskCompletionSource<ServerExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _token = new();
    private readonly Queue<WorkerExit> _failedWorkers = [];
    private Task _handlers = Task.CompletedTask;
    private bool _isExpected;
    private bool _isLogged;
    private int _isReported;

    public ServerExits(ServerLifetime run, bool mayExit, ILogger logger, IProcessPlatform platform)
    {
        (_run, _mayExit, _logger) = (run, mayExit, logger);
        (Text, Cause) = (new DeathText(run, platform), new DeathCause(run, platform));
        var root = run.Tree.Members.FirstOrDefault(member => member.IsRoot);
        _workers = new TreeExits(run.Tree, platform, OnWorkerExit);
        _rootWatch = root is null ? null : HostExits.For(platform).Add(root.Handle, () => Check() is not null);
    }

    public event Action<WorkerExit>? WorkerExited;

    /// <summary>Completes when the root ends. Never fails.</summary>
    public Task<ServerExit> Exited => _exited.Task;

    /// <summary>Cancelled when the root ends.</summary>
    public CancellationToken Token => _token.Token;

    public DeathText Text { get; }

    public DeathCause Cause { get; }

    public ServerUsers Users { get; } = new();

    /// <summary>When the end of the root was noticed (<see cref="Stopwatch.GetTimestamp"/>); null while it runs.</summary>
    public long? ExitTimestamp { get; private set; }

    /// <summary>How many workers are watched: those that a sample has shown and that run.</summary>
    public int WatchedWorkers => _workers.Count;

    /// <summary>How the root ended by itself after the server was ready; null if it did not, or if it may.</summary>
    public ServerExit? Death => !_mayExit && _run.IsReady && Check() is { WasReaped: false } exit ? exit : null;

    /// <summary>Whether a test has got the death as an exception, or has restarted the server because of it.</summary>
    public bool IsReported => Volatile.Read(ref _isReported) != 0;

    /// <summary>The last workers that ended with a failure before the root did.</summary>
    public IReadOnlyList<WorkerExit> FailedWorkers
    {
        get
        {
            lock (_gate)
            {
                return [.. _failedWorkers];
            }
        }
    }

    /// <summary>The death as an exception, with everything that is known in the first one; null if the server did not die.</summary>
    public ServerExitedException? CreateFailure() => Death is not { } death ? null : MarkReported() ? Text.Full(death) : Text.Short(death);

    /// <returns>Whether this was the first call.</returns>
    public bool MarkReported() => Interlocked.Exchange(ref _isReported, 1) == 0;

    /// <summary>Asks the kernel whether the root has ended.</summary>
    /// <returns>Null while it runs.</returns>
    public ServerExit? Check()
    {
        lock (_gate)
        {
            if (_exited.Task.IsCompleted)
            {
                return _exited.Task.Result;
            }

            if (_run.Child.PeekExit() is not { } status)
            {
                return null;
            }

            ExitTimestamp = Stopwatch.GetTimestamp();
            _exited.SetResult(new ServerExit
            {
                ExitCode = status.Code,
                Signal = status.Signal,
                WasReaped = _isExpected,
                At = TimeProvider.System.GetUtcNow(),
            });
        }

        // Never on this thread: user code would block a reap, or the reports of other servers.
        if (BackgroundThread.TryStart("TestReaper server exit", Announce) is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static exits => exits.Announce(), this, preferLocal: false);
        }

        return _exited.Task.Result;
    }

    /// <summary>From now on an exit of the root is the result of a reap, and exits of workers are not reported.</summary>
    public void ExpectExit()
    {
        Check();
        lock (_gate)
        {
            _isExpected = true;
        }

        _workers.Dispose();
    }

    /// <summary>Before the reap: logs a death and gives the search for its cause a moment, within the grace period.</summary>
    public void BeginReap(TimeSpan gracePeriod)
    {
        LogUnexpected();
        if (gracePeriod > TimeSpan.Zero && Death is not null)
        {
            Cause.WaitBeforeReap();
        }
    }

    /// <summary>The tree is gone.</summary>
    public void End()
    {
        Check();
        _rootWatch?.Dispose();
    }

    /// <summary>Logs an exit that no reap caused; once.</summary>
    private void LogUnexpected()
    {
        lock (_logGate)
        {
            if (!_isLogged && Check() is { WasReaped: false } exit)
            {
                _isLogged = true;
                _logger.Log(
                    _mayExit ? LogLevel.Information : LogLevel.Warning,
                    "The server {Exit} before it was stopped: {CommandLine}", Text.Describe(exit), _run.Command.CommandLine);
            }
        }
    }

    private void Announce()
    {
        try
        {
            // Not CancelAsync, whose callbacks wait for the thread pool: tests that block on a dead server may occupy it.
            _token.Cancel();
        }
        catch (AggregateException)
        {
            // A callback failed. It belongs to the code that registered it.
        }

        if (_run.IsReady)
        {
            LogUnexpected();
        }

        if (Death is not null)
        {
            Cause.Begin();
        }
    }

    private void OnWorkerExit(TreeMember member, ExitStatus? status)
    {
        var exit = new WorkerExit
        {
            ProcessId = member.Identity.Pid,
            CommandLine = _run.Command.Mask.MaskArguments((member.LastCommandLine ?? "").Split('\0')),
            ExitCode = status?.Code,
            Signal = status?.Signal,
            At = TimeProvider.System.GetUtcNow(),
        };
        lock (_gate)
        {
            if (_isExpected || _exited.Task.IsCompleted)
            {
                return;
            }

            if (exit.ExitCode is not (0 or null))
            {
                _failedWorkers.Enqueue(exit);
                if (_failedWorkers.Count > MaxKept)
                {
                    _failedWorkers.Dequeue();
                }
            }

            _handlers = _handlers.ContinueWith(
                _ => Raise(exit), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Raise(WorkerExit exit)
    {
        try
        {
            WorkerExited?.Invoke(exit);
        }
        catch (Exception error)
        {
            _logger.LogWarning("A handler of WorkerExited failed: {Reason}", _run.Command.Mask.Describe(error));
        }
    }
}
