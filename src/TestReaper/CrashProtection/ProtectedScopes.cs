using System.Collections.Concurrent;
using TestReaper.Platform;
using TestReaper.Watchdog;

namespace TestReaper.CrashProtection;

/// <summary>Crash protection: hands every scope of this process to the watchdog and the ledger, which clean up if it is killed.</summary>
/// <remarks>
/// Constraint. No code in a host runs when the host gets SIGKILL, calls FailFast, overflows its stack or is ended by a hang blame. Its
/// servers lead their own sessions and survive. PR_SET_PDEATHSIG does not help: it reaches the direct child only, a set-user-ID program
/// clears it, and it fires when the thread that started the child exits.
/// <para>Scheme. Three mechanisms, each for the failure of the one before:</para>
/// <list type="number">
/// <item><see cref="EmergencyShutdown"/>: the host kills its trees itself when it notices its end.</item>
/// <item><see cref="WatchdogProcess"/> (watchdog.sh): one shell script for each host, whose standard input is a pipe from it. The kernel
/// closes the pipe however the host dies; then the script kills every scope in its list, at once.</item>
/// <item><see cref="Ledger"/>: the same list in a file. If the watchdog dies too, the sweep of the next host reads it.</item>
/// </list>
/// Where the system itself kills the containers of a dead host (job objects), there is no watchdog; the other two work as elsewhere.
/// Invariants. (1) A scope is in the list before its first process is spawned, and leaves it only when nothing of it is left, or when it
/// is left running on purpose. (2) No write to the watchdog blocks the host (<see cref="WatchdogPipe"/>). (3) A watchdog that is dead or
/// stuck is replaced by one with the whole list; the old one is killed first, so that it can't act on an incomplete list. If that fails,
/// the next Add tries again. (4) A failure here becomes a warning and never fails a test. (5) No logger is called under the lock.
/// <para>https://man7.org/linux/man-pages/man7/pipe.7.html, https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html</para>
/// </remarks>
internal sealed class ProtectedScopes
{
    private static readonly object Gate = new();
    private static readonly ConcurrentQueue<string> Warnings = [];
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);
    private static ProtectedScopes? _current;
    private readonly IProcessPlatform _platform;
    private readonly Ledger? _ledger;
    private readonly string _memoryTag;
    private readonly Dictionary<string, ProtectedScope> _scopes = [];
    private WatchdogProcess? _watchdog;

    private ProtectedScopes(IProcessPlatform platform)
    {
        _platform = platform;
        _ledger = Ledger.TryOpen(platform, Warnings.Enqueue);
        _memoryTag = HostMemoryTag.CreateForThisProcess(platform);
        if (NeedsWatchdog)
        {
            Replace();
        }

        EmergencyShutdown.Prepare(platform);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            EmergencyShutdown.ReapAll();
            End();
        };
    }

    /// <summary>False in benchmarks that measure the cost of the watchdog. Set it before the first server.</summary>
    internal static bool HasWatchdog { get; set; } = true;

    private bool NeedsWatchdog => HasWatchdog && !_platform.Containers.EndWithHost;

    /// <summary>Starts the watchdog in the background, while the caller prepares the first launch.</summary>
    public static void Prepare(IProcessPlatform platform, ILogger logger)
    {
        if (Volatile.Read(ref _current) is null)
        {
            // Errors are ignored here: Add() retries and reports them.
            _ = Task.Run(() =>
            {
                _ = GetOrCreate(platform);
                LogWarnings(logger);
            });
        }
    }

    /// <summary>
    /// Adds a scope before its first process is started. Never fails: an unprotected host is better than a failed test. Secrets are masked
    /// in <paramref name="commandLine"/>; <paramref name="isLaunched"/> says that a root is started now, as the leader of a session.
    /// </summary>
    public static ProtectedScope Add(
        string scope, string? container, string commandLine, string? gpu, bool isLaunched, IProcessPlatform platform, ILogger logger)
    {
        ProtectedScope added;
        WatchdogProcess? watchdog;
        lock (Gate)
        {
            var scopes = GetOrCreate(platform);
            added = new ProtectedScope(scopes, scope, container, isLaunched);
            scopes._scopes[scope] = added;
            scopes._ledger?.AddServer(scope, container, commandLine, gpu);
            if (scopes._watchdog is null && scopes.NeedsWatchdog)
            {
                scopes.Replace();
            }
            else
            {
                scopes.Send(added.Lines);
            }

            watchdog = scopes._watchdog;
        }

        LogWarnings(logger);
        watchdog?.WaitUntilDetached();
        return added;
    }

    /// <summary>Whether a server was added that has not started yet: its spawn may be in progress.</summary>
    public static bool IsLaunching
    {
        get
        {
            lock (Gate)
            {
                return _current?._scopes.Values.Any(scope => scope.IsLaunching) == true;
            }
        }
    }

    /// <summary>Makes the watchdog kill this process if it is still alive in ten seconds.</summary>
    public static void ScheduleHostKill()
    {
        lock (Gate)
        {
            if (_current is { } scopes && scopes._platform.Processes.TryRead(Environment.ProcessId, out var self) == ReadOutcome.Read)
            {
                scopes.Send(string.Create(CultureInfo.InvariantCulture, $"end {self.Pid} {self.Identity.StartTime}"));
            }
        }
    }

    internal void AddRoot(ProtectedScope scope, ProcessIdentity root, bool isRecorded)
    {
        lock (Gate)
        {
            Send(scope.KeepRoot(root, isRecorded));
            _ledger?.AddRoot(scope.Scope, root, isRecorded);
        }
    }

    internal void AddMemory(ProtectedScope scope, SharedMemoryObject item)
    {
        lock (Gate)
        {
            // Ignored if the scope was reaped and removed meanwhile.
            if (_scopes.ContainsKey(scope.Scope) && scope.TryKeepMemory(item, out var line))
            {
                _ledger?.AddMemory(scope.Scope, item);
                if (line is not null)
                {
                    Send(line);
                }
            }
        }
    }

    internal void Remove(ProtectedScope scope)
    {
        lock (Gate)
        {
            if (_scopes.Remove(scope.Scope))
            {
                _ledger?.Remove(scope.Scope);
                Send($"drop {scope.Scope}");
            }
        }
    }

    private static ProtectedScopes GetOrCreate(IProcessPlatform platform)
    {
        lock (Gate)
        {
            return _current ??= new ProtectedScopes(platform);
        }
    }

    private static void LogWarnings(ILogger logger)
    {
        while (Warnings.TryDequeue(out var warning))
        {
            logger.LogWarning("{Warning}", warning);
        }
    }

    private void Send(string lines)
    {
        try
        {
            _watchdog?.Send(lines);
        }
        catch (IOException)
        {
            Replace();
        }
    }

    // Called by the pipe of a watchdog that reads no lines, because it is stopped, for example.
    private void ReplaceStuck(WatchdogProcess stuck)
    {
        lock (Gate)
        {
            if (_watchdog == stuck)
            {
                Replace();
            }
        }
    }

    private void Replace()
    {
        _watchdog?.Kill();
        _watchdog = null;
        try
        {
            _watchdog = WatchdogProcess.Start(_platform, _ledger?.Path ?? "", _memoryTag, ReplaceStuck);
            _watchdog.Send(string.Join('\n', _scopes.Values.Select(scope => scope.Lines)));
        }
        catch (Exception error) when (error is IOException or LaunchException or OutOfMemoryException)
        {
            _watchdog?.Kill();
            _watchdog = null;
            Warnings.Enqueue($"No watchdog: servers will outlive this process if it is killed. {error.Message}");
        }
    }

    private void End()
    {
        // Otherwise the exit of this process closes the pipe.
        if (!Monitor.TryEnter(Gate, EndPatience))
        {
            return;
        }

        try
        {
            // A watchdog that has not read all lines would act on an incomplete list.
            if (_watchdog is { } watchdog && !SpinWait.SpinUntil(() => !watchdog.IsBehind, EndPatience))
            {
                Replace();
            }

            _watchdog?.Dispose();
            _ledger?.Close(isEmpty: _scopes.Count == 0);
        }
        finally
        {
            Monitor.Exit(Gate);
        }
    }
}
