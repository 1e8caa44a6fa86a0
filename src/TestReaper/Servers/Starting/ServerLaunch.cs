using Microsoft.Extensions.Logging;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Makes the process of a server. What exists when anything fails is killed before the failure is reported.</summary>
internal static class ServerLaunch
{
    /// <summary>Starts the process. On success the leases belong to the run.</summary>
    /// <exception cref="ServerStartException">It cannot be started.</exception>
    public static ServerLifetime Run(
        ResolvedCommand command, PortLeases leases, ServerProcessOptions options, ILogger logger, IProcessPlatform platform)
    {
        var output = new ServerOutput(ServerLog.Create(command, options));
        ProbeTree.BeginToWatch(options.Readiness, output);
        var tree = new TreeTracker(platform, command.Scope)
        {
            Mask = command.Mask,
            Spare = SparedSubtrees.ByName(platform, options.Reap.Spare),
        };

        // Before the spawn: what kills this process in the next moment finds the watchdog informed.
        var guard = ProtectedScopes.Add(
            command.Scope, platform.Containers.PathOf(command.Scope), command.CommandLine, command.Gpu, isLaunched: true, platform, logger);
        tree.MemoryFound = guard.AddMemory;
        ReapStandby? standby = null;
        LaunchedProcess? child = null;
        ServerLifetime? run = null;
        try
        {
            standby = ReapStandby.Create(platform);
            child = platform.Launcher.Launch(command.Plan);
            tree.Containment = child.Containment;
            tree.AddLaunched(child.Identity).CommandLine = command.CommandLine;
            run = new ServerLifetime(new LaunchedServer(command, child, tree, output, guard, standby), leases, options, logger, platform);
            guard.Started(child.Identity);
            return run;
        }
        catch (Exception error)
        {
            run?.StopSampling();
            if (child is not null)
            {
                Kill(child, new ReapRequest(platform, tree, options.Reap with { GracePeriod = TimeSpan.Zero }, logger, TimeProvider.System));
            }

            guard.Remove();
            LiveTrees.Remove(tree);
            standby?.Dispose();
            tree.Dispose();
            output.End(keepLog: false);
            throw ResolvedCommand.CannotStart(command.CommandLine, command.Mask.Mask(error));
        }
    }

    private static void Kill(LaunchedProcess child, ReapRequest request)
    {
        try
        {
            request.Tree.AddLaunched(child.Identity);
            new ReapPipeline(request).Run(CancellationToken.None);
        }
        catch (Exception error)
        {
            request.Logger.LogError(error, "A server whose start failed could not be reaped: {Reason}", error.Message);
        }

        child.Collect();
        child.Containment.Container?.TryRemove();
    }
}
