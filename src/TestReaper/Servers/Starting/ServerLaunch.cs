using TestReaper.CrashProtection;
using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Creates the process of a server. If anything fails, the process is killed before the failure is reported.</summary>
internal static class ServerLaunch
{
    /// <summary>Launches the command. On success the ports belong to the server.</summary>
    /// <exception cref="ServerStartException">It cannot be started.</exception>
    public static ServerLifetime Run(
        ResolvedCommand command,
        ServerPorts ports,
        ServerProcessOptions options,
        ILogger logger,
        IProcessPlatform platform,
        GpuObservation? gpu = null,
        GpuLease? gpuLease = null)
    {
        gpu ??= GpuObservation.WithoutBaseline(GpuMonitor.Current, platform);
        var output = new ServerOutput(ServerLog.Create(command, options));
        foreach (var probe in ProbeTree.Flatten(options.Readiness).OfType<OutputLineProbe>())
        {
            probe.BeginSearch(output);
        }

        var scope = command.Spec.Scope;
        var tree = new TreeTracker(platform, scope)
        {
            Mask = command.Mask,
            HasFlightRecorder = options.FlightRecorder,
            Spare = SparedSubtrees.ByName(platform, options.Reap.Spare),
        };

        // Before the launch: if this process is killed right after it, the watchdog already knows the scope.
        var guard = ProtectedScopes.Add(
            scope, platform.Containers.PathOf(scope), command.CommandLine, VisibleGpu.Read(command.Spec.Environment, command.Mask),
            isLaunched: true, platform, logger);
        tree.Memory.Found = guard.AddMemory;
        ReapStandby? standby = null;
        LaunchedProcess? child = null;
        ServerLifetime? run = null;
        try
        {
            standby = ReapStandby.Create(platform);
            var killsBefore = platform.Facts?.MemoryKillsOf(server: null) ?? [];
            child = platform.Launcher.Launch(command.Spec);
            tree.Containment = child.Containment;
            tree.AddLaunched(child.Identity).CommandLine = command.CommandLine;
            var launched = new LaunchedServer(command, child, tree, output, ports, guard, standby, gpu, gpuLease)
            {
                KillsBefore = killsBefore,
            };
            run = new ServerLifetime(launched, options, logger, platform);
            guard.Started(child.Identity);
            return run;
        }
        catch (Exception error)
        {
            run?.StopSampling();
            run?.Exits.ExpectExit();
            var failure = StartFailure.CannotStart(command.CommandLine, command.Mask.Mask(error));
            var reap = options.Reap with { GracePeriod = TimeSpan.Zero };
            var request = new ReapRequest(platform, tree, reap, logger, TimeProvider.System) { Gpu = gpu };
            if (child is null || Kill(child, request) is not { } survivors)
            {
                guard.Remove();
            }
            else
            {
                // The watchdog keeps the scope, and kills what is left when this process exits.
                guard.Started(child.Identity);
                gpuLease?.KeepUntilExit();
                failure = StartFailure.NotReaped(failure, survivors, command.CommandLine);
            }

            LiveTrees.Remove(tree);
            run?.Exits.End();
            standby?.Dispose();
            tree.Dispose();
            output.End(keepLog: false);
            throw failure;
        }
    }

    /// <returns>Why it could not be reaped; null if it is gone.</returns>
    private static Exception? Kill(LaunchedProcess child, ReapRequest request)
    {
        Exception? failure = null;
        try
        {
            request.Tree.AddLaunched(child.Identity);
            new ReapPipeline(request).Run(CancellationToken.None);
        }
        catch (Exception error)
        {
            failure = error;
            request.Logger.LogError(error, "A server whose start failed could not be reaped: {Reason}", error.Message);
            if (error is not ReapTimeoutException)
            {
                // The reap itself could not run, for lack of threads or descriptors. This needs neither.
                child.Kill();
            }
        }

        child.Collect();
        child.Containment.Container?.TryRemove();
        return failure;
    }
}
