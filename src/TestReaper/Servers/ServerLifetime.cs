using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Layers;
using TestReaper.Processes.Sampling;
using TestReaper.Reaping;
using TestReaper.Reaping.Release;
using TestReaper.Servers.Output;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers;

/// <summary>All that belongs to one run of a server, from its launch to the proof that it is gone.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "ReapAsync is its disposal.")]
internal sealed class ServerLifetime
{
    // By now every process that we know of is dead; another one that holds the pipe is not waited for.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromMilliseconds(500);

    private readonly TreeOwner? _owner = TreeOwner.Current;
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly ServerProcessOptions _options;
    private readonly ILogger _logger;
    private readonly OutputPump _pump;
    private readonly TreeSampler _sampler;
    private readonly CancellationTokenSource _endGrace = new();
    private readonly HashSet<int> _ownPorts = [];
    private readonly ProtectedScope _guard;
    private readonly ReapStandby _standby;
    private PortLeases? _leases;
    private Task<ReapReport>? _reap;

    public ServerLifetime(LaunchedServer launched, PortLeases leases, ServerProcessOptions options, ILogger logger, IProcessPlatform platform)
    {
        (Command, Child, Tree, Output, _guard, _standby) = launched;
        Ports = leases.Ports;
        StandardInput = Child.StandardInput is null ? null : new StreamWriter(Child.StandardInput) { AutoFlush = true };
        _leases = leases;
        _options = options;
        _logger = logger;
        _platform = platform;
        _pump = new OutputPump(Output, Command.Mask, Child.TakeOutput());
        _sampler = new TreeSampler(Tree, platform);
        LiveTrees.Add(Tree, _owner, "ServerProcess.StartAsync", () => ReapAsync(CancellationToken.None, TimeSpan.Zero));
    }

    public ResolvedCommand Command { get; }

    public LaunchedProcess Child { get; }

    public TreeTracker Tree { get; }

    public ServerOutput Output { get; }

    public IReadOnlyDictionary<string, int> Ports { get; }

    public StreamWriter? StandardInput { get; }

    /// <summary>Where the tree was seen to listen.</summary>
    public PortAddresses Listeners { get; } = new();

    /// <summary>Set when the start has succeeded.</summary>
    public bool IsReady { get; set; }

    public TimeSpan StartupTimeout => _options.StartupTimeout;

    /// <summary>Ends the samples of the tree: its reap makes its own scans.</summary>
    public void StopSampling() => _sampler.Dispose();

    /// <summary>Leaves the server running on purpose: neither the watchdog nor a check for leaks ends it.</summary>
    public void Abandon()
    {
        LiveTrees.Remove(Tree);
        _guard.Remove();
    }

    /// <summary>Takes the ports out of this run, so that they stay reserved after it is reaped.</summary>
    public PortLeases KeepLeases() =>
        Interlocked.Exchange(ref _leases, null) ?? throw new InvalidOperationException("This server was already reaped or restarted.");

    /// <summary>Waits for what the exited root had still written: its last line often has the reason.</summary>
    public Task SettleOutputAsync() => _pump.SettleAsync(DrainTimeout);

    /// <summary>Notes that a port belongs to the server, which is to be free after it.</summary>
    public void AddPort(int port)
    {
        lock (_gate)
        {
            _ownPorts.Add(port);
        }
    }

    /// <summary>The living tree as text.</summary>
    public string DrawTree()
    {
        Tree.Observe();
        return TreeText.Draw([.. Tree.Members
            .Where(member => !member.IsGone)
            .Select(member => new TreeLine(
                member.Identity.Pid,
                member.ParentPid,
                Command.Mask.CommandLine(_platform, member.Identity.Pid),
                member.FoundBy is TreeLayer.Root or TreeLayer.Parent ? "" : $"has left its parent, found by {member.FoundBy}"))]);
    }

    /// <summary>Reaps once: further calls get the result of the first. A reap that failed is tried again by the next call.</summary>
    public Task<ReapReport> ReapAsync(CancellationToken endGrace, TimeSpan? gracePeriod = null, bool keepLog = false)
    {
        lock (_gate)
        {
            if (_reap is null or { IsFaulted: true })
            {
                var period = gracePeriod ?? _options.Reap.GracePeriod;
                _reap = _standby.Run(() => ReapOnce(period, keepLog));
            }

            if (!_reap.IsCompleted && endGrace.CanBeCanceled)
            {
                var registration = endGrace.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _endGrace);
                _ = _reap.ContinueWith(
                    static (_, registered) => ((CancellationTokenRegistration)registered!).Unregister(),
                    registration,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }

            return _reap;
        }
    }

    private ReapReport ReapOnce(TimeSpan gracePeriod, bool keepLog)
    {
        if (KeepPolicy.KeepsAll(_logger))
        {
            KeepPolicy.Announce(this, _logger);
            return ReapReportBuilder.WithoutReap("left running: TESTREAPER_KEEP=always");
        }

        StopSampling();
        var exit = Child.PeekExit();
        if (exit is not null)
        {
            _logger.LogWarning("The server {Exit} before it was stopped: {CommandLine}", exit, Command.CommandLine);
        }

        ObserveListeners();
        ReapReport report;
        try
        {
            report = new ReapPipeline(Request(gracePeriod)).Run(_endGrace.Token);
        }
        catch (ReapTimeoutException)
        {
            // Reported to the caller: the next check for leaks does not report it again. Other failures mean that nothing was reaped.
            LiveTrees.Remove(Tree);
            CollectAll();
            throw;
        }

        _leases?.Dispose();
        _guard.Remove();
        LiveTrees.Remove(Tree);
        CollectAll();
        var isClean = exit is null && !keepLog && _owner is not { HasFailures: true };
        ReleaseCondition?[] more =
        [
            Close(keepLog: _options.KeepLogs || !isClean),
            Command.Temp?.Finish(isClean, _options.Reap.ReleaseTimeout - report.Releases.Select(release => release.Elapsed).DefaultIfEmpty().Max()),
        ];
        report = ReapReportBuilder.AddReleases(report, more.OfType<ReleaseCondition>());
        _logger.LogInformation("{Report}", report);
        return report;
    }

    private void ObserveListeners()
    {
        if (PortsToRelease().Count == 0)
        {
            return;
        }

        try
        {
            Listeners.Observe(_platform, [.. Tree.Members.Where(member => !member.IsGone).Select(member => member.Identity.Pid)]);
        }
        catch (IOException)
        {
            // Out of descriptors: what was seen when it became ready must do.
        }
    }

    private ReapRequest Request(TimeSpan gracePeriod) =>
        new(_platform, Tree, _options.Reap with { GracePeriod = gracePeriod }, _logger, TimeProvider.System)
        {
            Checks =
            [
                .. PortsToRelease().GroupBy(endpoint => endpoint.Port).Select(port => new PortRelease([.. port], _platform, Command.Mask)),
            ],
            CloseInput = StandardInput is null ? null : () => ServerInput.Close(StandardInput),
            Watch = _standby.TakeWatch(),
        };

    // Also after a reap that failed on a port or lock. Both are no-ops while any process is alive.
    private void CollectAll()
    {
        Child.Collect();
        Child.Containment.Container?.TryRemove();
    }

    // Behind a proxy the port is the proxy's; and a server that never became ready may never have had it.
    private IReadOnlyList<IPEndPoint> PortsToRelease()
    {
        lock (_gate)
        {
            return _options.VerifyListener && IsReady ? Listeners.ToRelease(Ports.Values.Concat(_ownPorts)) : [];
        }
    }

    /// <summary>Names the processes that can still write to the server's output; null if it has ended.</summary>
    private ReleaseCondition? Close(bool keepLog)
    {
        if (StandardInput is not null)
        {
            ServerInput.Close(StandardInput);
        }

        var drain = _pump.Drain(DrainTimeout);
        ReleaseCondition? open = null;
        if (drain.IsHeldOpen)
        {
            // Reported, never fatal: usually an escaped process still holds the pipe, but it may be an unrelated one.
            var holder = drain.Describe(_platform, Command.Mask);
            open = new()
            {
                Resource = ReleaseResource.Output,
                Name = "output",
                Verdict = ReleaseVerdict.Held,
                Detail = holder,
                Elapsed = DrainTimeout,
            };
            _logger.LogWarning(
                "The server's output is still open in {Holder}; what is written to it from now on is not read: {CommandLine}",
                holder, Command.CommandLine);
        }

        Output.End(keepLog);
        Tree.Dispose();
        _standby.Dispose();
        return open;
    }
}
