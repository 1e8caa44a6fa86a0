using TestReaper.CrashProtection;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Layers;
using TestReaper.Processes.Sampling;
using TestReaper.Reaping;
using TestReaper.Servers.Exits;
using TestReaper.Servers.Output;
using TestReaper.Servers.Ports;

namespace TestReaper.Servers;

/// <summary>A server whose process exists, with all that is needed to end it.</summary>
internal sealed record LaunchedServer(
    ResolvedCommand Command, LaunchedProcess Child, TreeTracker Tree, ServerOutput Output, ServerPorts Ports, ProtectedScope Guard,
    ReapStandby Standby, GpuObservation Gpu, GpuLease? GpuLease)
{
    /// <summary>How many processes the system had killed for lack of memory before the launch.</summary>
    public IReadOnlyList<MemoryKills> KillsBefore { get; init; } = [];
}

/// <summary>What belongs to one run of a server, from its launch to the proof that it is gone.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "ReapAsync is its disposal.")]
internal sealed class ServerLifetime
{
    // By then every known process is dead. If another one holds the pipe, waiting longer does not help.
    public static readonly TimeSpan OutputTimeout = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly LaunchedServer _launched;
    private readonly IProcessPlatform _platform;
    private readonly ServerProcessOptions _options;
    private readonly ILogger _logger;
    private readonly OutputPump _pump;
    private readonly TreeSampler _sampler;
    private readonly CancellationTokenSource _endGrace = new();
    private Task<ReapReport>? _reap;

    public ServerLifetime(LaunchedServer launched, ServerProcessOptions options, ILogger logger, IProcessPlatform platform)
    {
        (_launched, _options, _logger, _platform) = (launched, options, logger, platform);
        StandardInput = Child.StandardInput is null ? null : new StreamWriter(Child.StandardInput) { AutoFlush = true };
        _pump = new OutputPump(Output, Command.Mask, Child.TakeOutput());
        _sampler = new TreeSampler(Tree, platform);
        Exits = new ServerExits(this, options.MayExit, logger, platform);

        // The cancelled token ends the grace period and the recording of a reap that is under way.
        LiveTrees.Add(Tree, Owner, "ServerProcess.StartAsync", () => ReapAsync(new CancellationToken(canceled: true), TimeSpan.Zero));
    }

    public ResolvedCommand Command => _launched.Command;

    public LaunchedProcess Child => _launched.Child;

    public TreeTracker Tree => _launched.Tree;

    public ServerOutput Output => _launched.Output;

    public ServerPorts Ports => _launched.Ports;

    /// <summary>Which GPUs the server uses.</summary>
    public GpuObservation Gpu => _launched.Gpu;

    /// <summary>The GPUs that are leased for it; null without a lease.</summary>
    public GpuLease? GpuLease => _launched.GpuLease;

    /// <summary>Whether the lease of the GPUs outlives this run: its next run uses them again.</summary>
    public bool KeepsGpuLease { get; set; }

    /// <summary>How many processes the system had killed for lack of memory before the launch.</summary>
    public IReadOnlyList<MemoryKills> KillsBefore => _launched.KillsBefore;

    public StreamWriter? StandardInput { get; }

    /// <summary>The test or class that started it; null if it was started outside of a test.</summary>
    public TreeOwner? Owner { get; } = TreeOwner.Current;

    /// <summary>What has happened when.</summary>
    public TimelineRecorder Timeline { get; } = new();

    /// <summary>Set when the start has succeeded.</summary>
    public bool IsReady { get; set; }

    /// <summary>What the flight recorder wrote; null if nothing was recorded.</summary>
    public string? StacksFile { get; set; }

    public TimeSpan StartupTimeout => _options.StartupTimeout;

    public bool VerifiesListener => _options.VerifyListener;

    /// <summary>Notices the end of the root and of workers.</summary>
    public ServerExits Exits { get; }

    /// <summary>When the end of the root was noticed, as a timestamp of <see cref="Stopwatch"/>; null while it runs.</summary>
    public long? ExitTimestamp => Exits.ExitTimestamp;

    /// <summary>The members that were not gone at the last scan.</summary>
    public TreeMember[] LivingMembers => [.. Tree.Members.Where(member => !member.IsGone)];

    public int[] LivingPids => Array.ConvertAll(LivingMembers, member => member.Identity.Pid);

    /// <summary>Ends the samples of the tree: its reap makes its own scans.</summary>
    public void StopSampling() => _sampler.Dispose();

    /// <summary>Leaves the server running on purpose: neither the watchdog nor a leak check ends it.</summary>
    public void Abandon()
    {
        LiveTrees.Remove(Tree);
        _launched.Guard.Remove();
        Tree.Containment.Container?.LeaveRunning();
        GpuLease?.KeepUntilExit();
    }

    /// <summary>Waits until what the server has written so far is read: its last line often has the reason of an exit.</summary>
    public Task ReadOutputAsync() => _pump.CatchUpAsync(OutputTimeout);

    /// <summary>The living tree as text.</summary>
    public string DrawTree()
    {
        Tree.Observe();
        return TreeText.Draw(Array.ConvertAll(LivingMembers, member => new TreeLine(
            member.Identity.Pid,
            member.ParentPid,
            Command.Mask.CommandLine(_platform, member.Identity.Pid),
            member.FoundBy is TreeLayer.Root or TreeLayer.Parent ? "" : $"has left its parent, found by {member.FoundBy}")));
    }

    /// <summary>Reaps once: further calls get the result of the first. A reap that failed is tried again by the next call.</summary>
    /// <param name="endGrace">Ends the grace period, and a recording.</param>
    /// <param name="gracePeriod">Null for that of the options.</param>
    /// <param name="graceUsed">The part of the grace period that has passed already.</param>
    /// <param name="keepLog">Whether the log is kept after a clean end, too.</param>
    public Task<ReapReport> ReapAsync(
        CancellationToken endGrace, TimeSpan? gracePeriod = null, TimeSpan graceUsed = default, bool keepLog = false)
    {
        Exits.ExpectExit();
        lock (_gate)
        {
            if (_reap is null or { IsFaulted: true })
            {
                var period = gracePeriod ?? _options.Reap.GracePeriod;
                var reap = new ServerReap(this, _launched, _pump, _options, _logger, _platform);
                _reap = _launched.Standby.Run(() => reap.Run(period, graceUsed, keepLog, _endGrace.Token));
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
}
