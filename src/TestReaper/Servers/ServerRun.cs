using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Layers;
using TestReaper.Reaping;
using TestReaper.Servers.Output;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting;
using TestReaper.SharedMemory;
using TestReaper.Watchdog;

namespace TestReaper.Servers;

/// <summary>All that belongs to one run of a server, from its launch to the proof that it is gone.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "ReapAsync is its disposal.")]
internal sealed class ServerRun
{
    // By now every process that we know of is dead; whoever still holds the pipe is not waited for.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    // Told and no more: it is the best sign that something got away, but a stranger may hold a pipe as well.
    private static readonly ReleaseCondition OpenOutput = new()
    {
        Resource = ReleaseResource.Output,
        Name = "output",
        Verdict = ReleaseVerdict.Held,
        Detail = "some process that inherited or opened it",
        Elapsed = DrainTimeout,
    };
    private readonly TreeOwner? _owner = TreeOwner.Current;
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly ServerProcessOptions _options;
    private readonly ILogger _logger;
    private readonly OutputPump _pump;
    private readonly TreeSampler _sampler;
    private readonly CancellationTokenSource _endGrace = new();
    private readonly HashSet<int> _ownPorts = [];
    private readonly GuardedScope _guard;
    private readonly SharedMemoryTracker _memory;
    private PortLeases? _leases;
    private Task<ReapReport>? _reap;

    private ServerRun(ServerCommand command, LaunchedProcess child, TreeTracker tree, SharedMemoryTracker memory, ServerOutput output, PortLeases leases, ServerProcessOptions options, ILogger logger, IProcessPlatform platform, GuardedScope guard)
    {
        _guard = guard;
        Command = command;
        Child = child;
        Tree = tree;
        _memory = memory;
        Output = output;
        Ports = leases.Ports;
        StandardInput = child.StandardInput is null ? null : new StreamWriter(child.StandardInput) { AutoFlush = true };
        _leases = leases;
        _options = options;
        _logger = logger;
        _platform = platform;
        _pump = new OutputPump(output, command.Mask, child.StandardOutput, child.StandardError);
        _sampler = new TreeSampler(tree, memory);
    }

    public ServerCommand Command { get; }

    public LaunchedProcess Child { get; }

    public TreeTracker Tree { get; }

    public ServerOutput Output { get; }

    public IReadOnlyDictionary<string, int> Ports { get; }

    public StreamWriter? StandardInput { get; }

    /// <summary>Set when the start has succeeded.</summary>
    public bool IsReady { get; set; }

    public TimeSpan StartupTimeout => _options.StartupTimeout;

    /// <summary>Starts the process. On success the leases belong to the run.</summary>
    /// <exception cref="ServerStartException">It cannot be started.</exception>
    public static ServerRun Launch(ServerCommand command, PortLeases leases, ServerProcessOptions options, ILogger logger, IProcessPlatform platform)
    {
        var output = new ServerOutput(ServerLog.Create(command, options));
        ProbeTree.BeginToWatch(options.Readiness, output);
        var tree = new TreeTracker(platform, command.Scope);
        var memory = new SharedMemoryTracker(platform);

        // Before the spawn: whoever kills this process in the next moment finds the watchdog informed.
        var guard = HostGuard.Add(command.Scope, platform.ContainerPath(command.Scope), command.CommandLine, command.Gpu, isLaunched: true, platform, logger);
        LaunchedProcess? child = null;
        try
        {
            child = platform.Launch(command.Plan);
            tree.Containment = child.Containment;
            tree.AddLaunched(child.Identity);
            var run = new ServerRun(command, child, tree, memory, output, leases, options, logger, platform, guard);
            LiveTrees.Add(tree, run._owner, "ServerProcess.StartAsync", () => run.ReapAsync(CancellationToken.None, TimeSpan.Zero));
            guard.Started(child.Identity);
            return run;
        }
        catch (LaunchException error)
        {
            throw ServerCommand.CannotStart(command.CommandLine, error);
        }
        finally
        {
            if (child is null)
            {
                guard.Release();
                tree.Dispose();
                output.End(keepLog: false);
            }
        }
    }

    /// <summary>Nobody is to clean up after this one: it is left running on purpose.</summary>
    public void Abandon()
    {
        LiveTrees.Remove(Tree);
        _guard.Release();
    }

    /// <summary>Takes the ports out of this run, so that they stay reserved after it is reaped.</summary>
    public PortLeases KeepLeases() => Interlocked.Exchange(ref _leases, null) ?? throw new InvalidOperationException("This server was already reaped or restarted.");

    /// <summary>Lets what the exited root had still written arrive: the last line tells why.</summary>
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
                Command.Mask.Mask(_platform.CommandLine(member.Identity.Pid)),
                member.FoundBy is TreeLayer.Root or TreeLayer.Parent ? "" : $"has left its parent, found by {member.FoundBy}"))]);
    }

    public Task<ReapReport> ReapAsync(CancellationToken endGrace, TimeSpan? gracePeriod = null, bool keepLog = false)
    {
        lock (_gate)
        {
            _reap ??= ReapOnceAsync(gracePeriod ?? _options.Reap.GracePeriod, keepLog);
        }

        return endGrace.CanBeCanceled ? AwaitAsync(_reap, endGrace) : _reap;
    }

    private async Task<ReapReport> AwaitAsync(Task<ReapReport> reap, CancellationToken endGrace)
    {
        await using var registration = endGrace.Register(_endGrace.Cancel).ConfigureAwait(false);
        return await reap.ConfigureAwait(false);
    }

    private async Task<ReapReport> ReapOnceAsync(TimeSpan gracePeriod, bool keepLog)
    {
        await Task.Yield();
        if (KeepPolicy.KeepsAll(_logger))
        {
            KeepPolicy.Announce(this, _logger);
            return new ReapReport([], TimeSpan.Zero, "left running: TESTREAPER_KEEP=always");
        }

        await _sampler.DisposeAsync().ConfigureAwait(false);
        var exit = Child.PeekExit();
        if (exit is not null)
        {
            _logger.LogWarning("The server had already {Exit} before it was stopped: {CommandLine}", exit, Command.CommandLine);
        }

        ReapReport report;
        var (isClean, isDrained) = (false, true);
        try
        {
            var options = _options.Reap with { GracePeriod = gracePeriod };
            report = await ReapThread.RunAsync(_platform, Tree, options, Command.Mask, _logger, TimeProvider.System, _endGrace.Token, PortsToRelease(), _memory).ConfigureAwait(false);
            isClean = exit is null && !keepLog && _owner is not { HasFailures: true };
            _leases?.Dispose();
            _guard.Release();
        }
        finally
        {
            LiveTrees.Remove(Tree);

            // Also of a reap that failed on a port or a lock: neither does anything while somebody lives.
            Child.Collect();
            Child.Containment.Container?.TryRemove();
            isDrained = await CloseAsync(keepLog: _options.KeepLogs || !isClean).ConfigureAwait(false);
        }

        report = isDrained ? report : report.With([.. report.Releases, OpenOutput], report.Elapsed);
        _logger.LogInformation("{Report}", report);
        return report;
    }

    // Behind a proxy the port is the proxy's; and a server that never became ready may never have had it.
    private int[] PortsToRelease()
    {
        lock (_gate)
        {
            return _options.VerifyListener && IsReady ? [.. Ports.Values.Concat(_ownPorts).Distinct()] : [];
        }
    }

    /// <summary>False if somebody can still write to the server's output.</summary>
    private async Task<bool> CloseAsync(bool keepLog)
    {
        if (StandardInput is not null)
        {
            await ServerInput.CloseAsync(StandardInput).ConfigureAwait(false);
        }

        var isDrained = await _pump.DrainAsync(DrainTimeout).ConfigureAwait(false);
        if (!isDrained)
        {
            _logger.LogWarning("The server's output is still open in some process that inherited it; what it writes from now on is not read: {CommandLine}", Command.CommandLine);
        }

        Output.End(keepLog);
        Tree.Dispose();
        return isDrained;
    }
}
