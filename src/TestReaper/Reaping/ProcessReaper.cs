using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashProtection;
using TestReaper.Gpu;
using TestReaper.Gpu.Quarantine;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Secrets;

namespace TestReaper;

/// <summary>
/// Records processes and reaps their whole trees: asks them to stop, kills what is left, and returns when every process is gone, or
/// throws an exception that lists the others.
/// </summary>
/// <remarks>
/// "Gone" means that no thread of a process is left to hold a file, a port or memory. A zombie with one thread is gone; one
/// whose other threads live is not. Before every signal the process is identified again by its pid and start time, so that a
/// process with a recycled pid is never signalled. Safe for use from several threads.
/// </remarks>
public sealed partial class ProcessReaper
{
    private readonly object _gate = new();
    private readonly ReapOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly IProcessPlatform _platform = ProcessPlatform.Current;
    private readonly List<Recording> _unreaped = [];
    private Recording? _recording;

    /// <summary>Creates a reaper without recorded processes.</summary>
    /// <param name="options">How to stop and how long to wait; null for the defaults.</param>
    /// <param name="logger">Gets the warning that a kill takes long; null for none.</param>
    /// <param name="timeProvider">Measures the deadlines; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time span in <paramref name="options"/> is out of its range.</exception>
    /// <exception cref="PlatformNotSupportedException">This operating system is not supported.</exception>
    public ProcessReaper(ReapOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new ReapOptions();
        _options.Validate();
        _logger = SafeLogger.Around(logger ?? NullLogger.Instance);
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The owner of the recorded processes; null for the owner in whose asynchronous flow the first one is recorded.</summary>
    internal TreeOwner? Owner { get; init; }

    /// <summary>Selects further processes to spare with their descendants, see <see cref="ReapOptions.Spare"/>; null for none.</summary>
    internal Func<ProcessEntry, bool>? AlsoSpare { get; init; }

    /// <summary>The name of this reaper in reports of leaks.</summary>
    internal string Description { get; init; } = "ProcessReaper";

    /// <summary>Masks the secrets of what was started and recorded.</summary>
    internal SecretMask Mask => _recording?.Tree.Mask ?? SecretMask.OfThisProcess();

    /// <summary>Starts a process and records it, as one step.</summary>
    /// <remarks>
    /// Its environment gets a variable TESTREAPER_SCOPE, by which descendants that leave the tree are found again (not with
    /// <see cref="ProcessStartInfo.UseShellExecute"/>, which allows no environment). Variables that keep .NET builds from starting
    /// shared build servers (<c>MSBUILDDISABLENODEREUSE</c> and the like) are added where they are absent. It stays in the session
    /// of this process; a <see cref="ServerProcess"/> gets its own. It gets the default action for SIGPIPE, which .NET ignores.
    /// Its tree is scanned while it runs, so that a daemon that leaves the tree and clears its environment stays known.
    /// </remarks>
    /// <param name="startInfo">What to start. It is copied, never changed.</param>
    /// <returns>The started process, owned by the caller; disposing it does not stop it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="startInfo"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Nothing was started, see <see cref="Process.Start(ProcessStartInfo)"/>.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public Process Start(ProcessStartInfo startInfo)
    {
        ArgumentNullException.ThrowIfNull(startInfo);

        var gpu = ObserveGpus();

        // Under the lock, so that a concurrent reap takes both the process and its scope, or neither.
        lock (_gate)
        {
            var scope = Current(gpu).Scope;
            using var _ = _platform.Launcher.PassDefaultPipeSignal();
            var process = startInfo.UseShellExecute ? Process.Start(startInfo) : StartInScope(startInfo, scope);
            if (process is null)
            {
                throw new InvalidOperationException(
                    $"Starting '{startInfo.FileName}' made no new process. TestReaper can only record processes that it starts.");
            }

            Record(process);
            return process;
        }
    }

    /// <summary>Records a process that was started elsewhere. A process that has already exited counts as gone.</summary>
    /// <remarks>Record it right after its start: descendants that leave the tree before that are not found.</remarks>
    /// <param name="process">A started process; this reaper keeps its identity, not the object.</param>
    /// <exception cref="ArgumentNullException"><paramref name="process"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="process"/> was never started.</exception>
    /// <exception cref="ArgumentException">It is this process or one of its ancestors.</exception>
    public void Record(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var pid = process.Id;
        ReapTarget.Require(_platform, pid, nameof(process));
        lock (_gate)
        {
            // After the exit, the pid may belong to an unrelated process.
            var recording = Current();
            if (!HasExited(process) && _platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read)
            {
                recording.AddRoot(entry.Identity);
                var tree = recording.Tree;
                tree.Mask = tree.Mask.With(ProcessSecrets.MaskOf(_platform, [pid]));
            }

            recording.Sample();
        }
    }

    // Process.HasExited would raise Process.Exited, which .NET raises only once: a caller who subscribes later would wait in vain.
#pragma warning disable RS0030 // It does not wait.
    private static bool HasExited(Process process) => process.WaitForExit(0);
#pragma warning restore RS0030

    /// <summary>Reaps everything recorded so far. What could not be reaped stays recorded: the next call tries again.</summary>
    /// <param name="cancellationToken">Ends the grace period: the rest is killed at once. It never ends the reap itself.</param>
    /// <returns>What was found and done; empty if nothing was recorded.</returns>
    /// <exception cref="ReapTimeoutException">A process or a resource is left after <see cref="ReapOptions.Timeout"/>.</exception>
    public Task<ReapReport> ReapAsync(CancellationToken cancellationToken = default)
    {
        Recording[] recordings;
        lock (_gate)
        {
            recordings = [.. _unreaped, .. _recording is { } current ? [current] : (Recording[])[]];
            _unreaped.Clear();
            _recording = null;
        }

        return recordings.Length == 0
            ? Task.FromResult(ReapReportBuilder.WithoutReap("nothing was recorded"))
            : StandbyThread.Run(null, ReapStandby.ThreadName, () => Reap(recordings, cancellationToken));
    }

    private ReapReport Reap(IReadOnlyList<Recording> recordings, CancellationToken endGrace)
    {
        ReapReport? report = null;
        Exception? failure = null;
        foreach (var recording in recordings)
        {
            recording.StopSampling();
            try
            {
                var request = new ReapRequest(_platform, recording.Tree, _options, _logger, _time) { Gpu = recording.Gpu };
                using var grace = CancellationTokenSource.CreateLinkedTokenSource(endGrace, recording.GraceEnd);
                var next = new ReapPipeline(request).Run(grace.Token);
                report = report is null ? next : ReapReportBuilder.Join(report, next);
                recording.End();
            }
            catch (Exception error)
            {
                failure ??= error;
                GpuLeaks.Add(recording.Tree, recording.Owner, error as ReapTimeoutException);
                GpuQuarantine.Add(
                    recording.Owner?.Name ?? Description, (error as ReapTimeoutException)?.Report.FailedGpus ?? []);
                Keep(recording, isReported: error is ReapTimeoutException);
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return report!;
    }

    // A timeout reports the survivors to the caller: the next leak check skips them. After other failures it must report them.
    private void Keep(Recording recording, bool isReported)
    {
        if (isReported)
        {
            LiveTrees.Remove(recording.Tree);
        }

        // Samples again before another call can reap the tree: a surviving process can still start daemons.
        recording.Sample();
        lock (_gate)
        {
            _unreaped.Add(recording);
        }
    }

    // Not under the lock: a driver that hangs must not block a reap. Only the first start of a recording comes before its tree.
    private GpuObservation? ObserveGpus()
    {
        lock (_gate)
        {
            if (_recording is not null)
            {
                return null;
            }
        }

        return GpuObservation.Begin(GpuMonitor.Current, _platform, leased: [], headroom: null, TimeSpan.MaxValue, _logger);
    }

    // One scope for each reap: processes started during a reap belong to the next one.
    private Recording Current(GpuObservation? gpu = null)
    {
        if (_recording is not { } recording)
        {
            var scope = ScopeId.New();
            var protection = ProtectedScopes.Add(scope, container: null, Description, gpu: null, isLaunched: false, _platform, _logger);
            var byName = SparedSubtrees.ByName(_platform, _options.Spare);
            var tree = new TreeTracker(_platform, scope)
            {
                Containment = new Containment(_platform.Containers.CreateForRunning()),
                Memory = { Found = protection.AddMemory },
                Spare = AlsoSpare is null ? byName : entry => byName?.Invoke(entry) == true || AlsoSpare(entry),
            };
            gpu ??= GpuObservation.WithoutBaseline(GpuMonitor.Current, _platform);
            _recording = recording = new Recording(tree, protection, gpu, _platform) { Owner = Owner ?? TreeOwner.Current };
            LiveTrees.Add(tree, recording.Owner, Description, () => KillAsync(recording));
        }

        return recording;
    }

    // A reap may be under way, with the rest of its grace period.
    private Task<ReapReport> KillAsync(Recording recording)
    {
        recording.EndGrace();
        return ReapAsync(new CancellationToken(canceled: true));
    }

    private Process? StartInScope(ProcessStartInfo startInfo, string scope)
    {
        // Another thread may use the original at this moment. Its process must not get our scope.
        var own = StartInfoCopy.Create(startInfo);
        own.Environment.TryGetValue(ScopeId.Variable, out var outer);
        own.Environment[ScopeId.Variable] = ScopeId.Append(outer, scope);
        BuildServers.TurnOff(own.Environment);
        var tree = Current().Tree;
        tree.Mask = tree.Mask.With(SecretMask.For(
            [own.FileName, own.Arguments, .. own.ArgumentList],
            own.Environment.Select(variable => KeyValuePair.Create(variable.Key, variable.Value ?? ""))));
        return Process.Start(own);
    }
}
