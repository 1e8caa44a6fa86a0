using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>
/// Lets others clean up after this process if it dies: a watchdog at once, and the next host's sweep should that die, too. One a
/// process, made with the first server.
/// </summary>
internal sealed class ProtectedScopes
{
    // Nothing slow happens under it: no write to the watchdog waits, and no logger is called.
    private static readonly object Gate = new();
    private static readonly ConcurrentQueue<string> Warnings = [];
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);
    private static ProtectedScopes? _current;
    private readonly IProcessPlatform _platform;
    private readonly Ledger? _ledger;
    private readonly string _mark;
    private readonly Dictionary<string, ProtectedScope> _scopes = [];
    private WatchdogProcess? _watchdog;

    private ProtectedScopes(IProcessPlatform platform)
    {
        _platform = platform;
        _ledger = Ledger.TryOpen(platform, Warnings.Enqueue);
        _mark = HostMemoryTag.CreateForThisProcess(platform);
        _watchdog = HasWatchdog ? TryStartWatchdog() : null;
        EmergencyShutdown.Prepare(platform);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            EmergencyShutdown.ReapAll();
            End();
        };
    }

    /// <summary>False in benchmarks that measure what a watchdog costs; set before the first server.</summary>
    internal static bool HasWatchdog { get; set; } = true;

    /// <summary>Makes the guard while the caller decides what to start: the first server is not to wait for a shell.</summary>
    public static void Prepare(IProcessPlatform platform, ILogger logger)
    {
        if (Volatile.Read(ref _current) is null)
        {
            // Errors are ignored here: Add() tries again and reports them.
            _ = Task.Run(() =>
            {
                _ = Get(platform);
                Log(logger);
            });
        }
    }

    /// <summary>Records a server before it is started. Never fails: a host without a guard is better than no test.</summary>
    /// <param name="scope">What its processes carry.</param>
    /// <param name="container">Where they will be, or null.</param>
    /// <param name="commandLine">Masked.</param>
    /// <param name="gpu">Which GPUs it may use, or null.</param>
    /// <param name="isLaunched">Whether a root will be started now, in a session of its own.</param>
    /// <param name="platform">The operating system.</param>
    /// <param name="logger">Gets a warning if there is no guard.</param>
    public static ProtectedScope Add(
        string scope, string? container, string commandLine, string? gpu, bool isLaunched, IProcessPlatform platform, ILogger logger)
    {
        ProtectedScope guarded;
        WatchdogProcess? watchdog;
        lock (Gate)
        {
            var guard = Get(platform);
            guarded = new ProtectedScope(guard, scope, container, isLaunched);
            guard._scopes[scope] = guarded;
            guard._ledger?.Add(scope, container, commandLine, gpu);
            guard.Tell(guarded.Lines);
            watchdog = guard._watchdog;
        }

        Log(logger);
        watchdog?.WaitUntilLetGo();
        return guarded;
    }

    /// <summary>Whether a server has been announced that is not known to run yet: its spawn may be under way.</summary>
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

    /// <summary>Lets the watchdog end this process if it still lives in ten seconds.</summary>
    public static void EndHostSoon()
    {
        lock (Gate)
        {
            if (_current is { } guard && guard._platform.Processes.TryRead(Environment.ProcessId, out var self) == ReadOutcome.Read)
            {
                guard.Tell([string.Create(CultureInfo.InvariantCulture, $"end {self.Pid} {self.Identity.StartTime}")]);
            }
        }
    }

    internal void Tell(ProtectedScope scope, ProcessIdentity root, bool isRecorded)
    {
        lock (Gate)
        {
            Tell([scope.Learn(root, isRecorded)]);
            _ledger?.Add(scope.Scope, root, isRecorded);
        }
    }

    internal void Tell(ProtectedScope scope, SharedMemoryObject item)
    {
        lock (Gate)
        {
            // One that has been reaped meanwhile has nothing left.
            if (_scopes.ContainsKey(scope.Scope) && scope.Learn(item) is (var line, true))
            {
                _ledger?.Add(scope.Scope, item);
                Tell(line is null ? [] : [line]);
            }
        }
    }

    internal void Release(ProtectedScope scope)
    {
        lock (Gate)
        {
            if (_scopes.Remove(scope.Scope))
            {
                _ledger?.Gone(scope.Scope);
                Tell([$"drop {scope.Scope}"]);
            }
        }
    }

    private static ProtectedScopes Get(IProcessPlatform platform)
    {
        lock (Gate)
        {
            return _current ??= new ProtectedScopes(platform);
        }
    }

    private static void Log(ILogger logger)
    {
        while (Warnings.TryDequeue(out var warning))
        {
            logger.LogWarning("{Warning}", warning);
        }
    }

    private void Tell(IReadOnlyList<string> lines)
    {
        try
        {
            foreach (var line in lines)
            {
                _watchdog?.Tell(line);
            }
        }
        catch (IOException)
        {
            // It was killed.
            Replace();
        }
    }

    // Called by the pipe of a watchdog that takes no lines: one that is stopped, for example.
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

    // The old one must not act on the part that it has read: it is dead before its pipe is closed. A new one gets everything.
    private void Replace()
    {
        _watchdog?.Kill();
        _watchdog = TryStartWatchdog();
        try
        {
            foreach (var line in _scopes.Values.SelectMany(scope => scope.Lines))
            {
                _watchdog?.Tell(line);
            }
        }
        catch (IOException)
        {
            _watchdog = null;
        }
    }

    private WatchdogProcess? TryStartWatchdog()
    {
        try
        {
            return WatchdogProcess.Start(_platform, _ledger?.Path ?? "", _mark, ReplaceStuck);
        }
        catch (LaunchException error)
        {
            Warnings.Enqueue($"No watchdog: servers will outlive this process if it is killed. {error.Message}");
            return null;
        }
    }

    // The pipe would be closed anyway, a little later. What is still registered then was not reaped.
    private void End()
    {
        if (!Monitor.TryEnter(Gate, EndPatience))
        {
            // The end of this process closes the pipe, too.
            return;
        }

        try
        {
            // One that has not read everything would act on a part of it.
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
