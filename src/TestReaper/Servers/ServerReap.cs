using TestReaper.Gpu.Quarantine;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Reaping.Release;
using TestReaper.Servers.Exits;
using TestReaper.Servers.Output;
using TestReaper.Servers.Recording;

namespace TestReaper.Servers;

/// <summary>The end of a server: reaps its tree and gives back its ports, log, output and directories.</summary>
internal sealed class ServerReap(
    ServerLifetime run, LaunchedServer launched, OutputPump pump, ServerProcessOptions options, ILogger logger, IProcessPlatform platform)
{
    /// <exception cref="ReapTimeoutException">Something is left. The ports stay leased and the watchdog stays informed.</exception>
    public ReapReport Run(TimeSpan gracePeriod, TimeSpan graceUsed, bool keepLog, CancellationToken endGrace)
    {
        if (KeepPolicy.KeepsAll(logger))
        {
            KeepPolicy.Keep(run, logger);
            return ReapReportBuilder.WithoutReap("left running: TESTREAPER_KEEP=always");
        }

        run.StopSampling();
        run.Timeline.AddStop();
        var costs = new CostReading(run, platform);
        var exit = run.Child.PeekExit();
        var start = Stopwatch.GetTimestamp();
        run.Exits.BeginReap(Durations.ZeroIfNegative(gracePeriod - graceUsed));
        var graceLeft = Durations.ZeroIfNegative(gracePeriod - graceUsed - Stopwatch.GetElapsedTime(start));

        ReapReport report;
        costs.BeginReap();
        try
        {
            report = new ReapPipeline(CreateRequest(gracePeriod, graceLeft, graceUsed)).Run(endGrace);
        }
        catch (ReapTimeoutException timeout)
        {
            costs.AddTo(timeout.Report);
            GpuLeaks.Add(run.Tree, run.Owner, timeout);
            EndGpuLease(timeout.Report);

            // Reported to the caller: the next leak check does not report it again. Other failures mean that nothing was reaped.
            LiveTrees.Remove(run.Tree);
            CollectAll();
            throw;
        }

        costs.AddTo(report);
        run.Exits.End();
        ReadyServers.Remove(run);
        run.Ports.Dispose();
        if (run is { IsReady: true, KeepsGpuLease: false })
        {
            run.GpuLease?.Release();
        }

        launched.Guard.Remove();
        GpuLeaks.Remove(run.Tree);
        LiveTrees.Remove(run.Tree);
        CollectAll();
        var isClean = (exit is null || (options.MayExit && exit is { Code: 0 })) && !keepLog && run.Owner is not { HasFailures: true };
        var waited = report.Releases.Where(release => release.Resource != ReleaseResource.Gpu)
            .Select(release => release.Elapsed).DefaultIfEmpty().Max();
        ReleaseCondition?[] more =
        [
            CloseOutput(keepLog: options.KeepLogs || !isClean || run.StacksFile is not null),
            .. run.Command.Finish(isClean, options.Reap.ReleaseTimeout - waited),
        ];
        report = ReapReportBuilder.AddReleases(report, more.OfType<ReleaseCondition>());
        logger.LogInformation("{Report}", report);
        return report;
    }

    // The next server must not get a device that is still in use. Without release conditions a process may live: then the lease stays.
    private void EndGpuLease(ReapReport report)
    {
        GpuQuarantine.Add(run.Owner?.Name ?? run.Command.CommandLine, report.FailedGpus);
        if (report.Releases.Count == 0)
        {
            run.GpuLease?.KeepUntilExit();
        }
        else
        {
            run.GpuLease?.Release();
        }
    }

    private ReapRequest CreateRequest(TimeSpan gracePeriod, TimeSpan graceLeft, TimeSpan graceUsed) =>
        new(platform, run.Tree, options.Reap with { GracePeriod = graceLeft }, logger, TimeProvider.System)
        {
            WholeGracePeriod = gracePeriod,
            Checks =
            [
                .. FindPortsToRelease().GroupBy(endpoint => endpoint.Port)
                    .Select(port => new PortRelease([.. port], platform, run.Command.Mask)),
            ],
            Gpu = launched.Gpu,
            CloseInput = run.StandardInput is null ? null : CloseInput,
            Watch = launched.Standby.TakeWatch(),
            BeforeKill = run.StacksFile is null && options.FlightRecorder
                ? (living, endGrace) => RecordHang(living, gracePeriod, graceUsed, endGrace) : null,
        };

    private string? RecordHang(IReadOnlyList<TreeMember> living, TimeSpan gracePeriod, TimeSpan graceUsed, CancellationToken endGrace)
    {
        // Hooks that do nothing take milliseconds.
        var used = graceUsed < TimeSpan.FromSeconds(0.1) ? ""
            : $", of which {ReapReportText.Seconds(Durations.Shorter(graceUsed, gracePeriod))} had passed before it was asked to stop";
        return ServerRecording.Record(
            run,
            living,
            $"The server did not stop within its grace period of {ReapReportText.Seconds(gracePeriod)}{used}.",
            platform,
            endGrace);
    }

    // Behind a proxy the port belongs to the proxy, and a server that never became ready may never have had its port.
    private IReadOnlyList<IPEndPoint> FindPortsToRelease()
    {
        if (!options.VerifyListener || !run.IsReady || run.Ports.ToRelease().Count == 0)
        {
            return [];
        }

        run.Ports.Observe(platform, run.LivingPids);
        return run.Ports.ToRelease();
    }

    // Also after a reap that failed on a port or lock. Both are no-ops while any process is alive.
    private void CollectAll()
    {
        run.Child.Collect();
        run.Tree.Containment.Container?.TryRemove();
    }

    // Closes the pipe, not the writer, which would throw while a write is under way. What the writer still buffers is lost.
    private void CloseInput()
    {
        try
        {
            run.StandardInput?.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // EPIPE: the server no longer reads.
        }
    }

    /// <summary>Names the processes that can still write to the server's output; null if it has ended.</summary>
    private ReleaseCondition? CloseOutput(bool keepLog)
    {
        CloseInput();
        var writers = pump.Drain(ServerLifetime.OutputTimeout);
        run.Output.End(keepLog);
        run.Tree.Dispose();
        launched.Standby.Dispose();
        if (writers is null)
        {
            return null;
        }

        // Reported, never fatal: usually an escaped process still holds the pipe, but it may be an unrelated one.
        var holder = Describe(writers);
        logger.LogWarning(
            "The server's output is still open in {Holder}; what is written to it from now on is not read: {CommandLine}",
            holder, run.Command.CommandLine);
        return new ReleaseCondition
        {
            Resource = ReleaseResource.Output,
            Name = "output",
            Verdict = ReleaseVerdict.Held,
            Detail = holder,
            Elapsed = ServerLifetime.OutputTimeout,
        };
    }

    private string Describe(IReadOnlyList<int> writers)
    {
        const int MaxNamed = 3;
        var named = writers.Take(MaxNamed).Select(pid => run.Command.Mask.DescribeProcess(platform, pid));
        return writers.Count == 0 ? "a process that cannot be seen from here (of another user, or in another PID namespace)"
            : string.Join(", ", named) + (writers.Count > MaxNamed ? $" and {writers.Count - MaxNamed} more" : "");
    }
}
