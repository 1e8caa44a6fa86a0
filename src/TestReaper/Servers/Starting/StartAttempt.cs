using TestReaper.CrashProtection;
using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Quarantine;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Exits;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Recording;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>One attempt to start a server: ports, command, launch, readiness. Reaps what it has started if it fails.</summary>
internal sealed class StartAttempt(ServerProcessOptions options, TimeSpan timeout, GpuLease? gpuLease, ILogger logger)
{
    private readonly IProcessPlatform _platform = ProcessPlatform.Current;
    private TimeSpan _left = timeout;

    /// <summary>Makes the attempt. The leases, ports to use again, belong to it; null takes new ports.</summary>
    public async Task<ServerProcess> RunAsync(PortLeases? leases, CancellationToken cancellationToken)
    {
        ServerLifetime run;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _platform.Launcher.Prepare();
            ProtectedScopes.Prepare(_platform, logger);
            leases ??= new PortLeases(options, _platform);
            var fixedEndPoints = await ServerAddress.FixedEndPointsAsync(options, cancellationToken).ConfigureAwait(false);
            var gpu = await ObserveGpusAsync(cancellationToken).ConfigureAwait(false);
            run = Launch(new ServerPorts(options, leases, fixedEndPoints), gpu);
        }
        catch (Exception error)
        {
            leases?.Dispose();
            if (error is IOException or UnauthorizedAccessException or SocketException)
            {
                // No port or descriptor is free, or the directory for ports and temporary files cannot be used.
                throw StartFailure.CannotStart(options.FileName, error);
            }

            throw;
        }

        return await WaitUntilReadyAsync(run, cancellationToken).ConfigureAwait(false);
    }

    // A driver that nothing has used for a while takes seconds, which count as a part of the start. One that hangs leaves the server half.
    private async Task<GpuObservation> ObserveGpusAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var leased = gpuLease?.Uuids ?? [];
        var quarantined = GpuMonitor.Current.HasDriver ? GpuQuarantine.List() : [];
        var gpu = await GpuObservation.BeginAsync(
            GpuMonitor.Current, _platform, leased, options.Gpu?.Headroom, _left / 2, logger, cancellationToken).ConfigureAwait(false);
        _left = Durations.ZeroIfNegative(_left - Stopwatch.GetElapsedTime(start));
        GpuQuarantine.EndVerified(quarantined, gpu.Baseline);
        return gpu;
    }

    private ServerLifetime Launch(ServerPorts ports, GpuObservation gpu)
    {
        var command = CommandResolver.Resolve(options, ports.Allocated, _platform, gpuLease);
        try
        {
            ListenerCheck.RequireFree(ports.FixedEndPoints, options, command, _platform);
            return ServerLaunch.Run(command, ports, options, logger, _platform, gpu, gpuLease);
        }
        catch
        {
            command.Finish(isClean: true, options.Reap.ReleaseTimeout);
            throw;
        }
    }

    // From here on a process exists: whatever is thrown, it is reaped first.
    private async Task<ServerProcess> WaitUntilReadyAsync(ServerLifetime run, CancellationToken cancellationToken)
    {
        ServerProcess? server = null;
        try
        {
            server = new ServerProcess(options, run);
            var wait = new ReadinessWait(
                server, _left, new ListenerCheck(server, run, _platform, logger), new ReadinessProgress(server, run, logger));
            await wait.RunAsync(cancellationToken).ConfigureAwait(false);
            await run.Gpu.ObserveReadyAsync(run.LivingMembers, cancellationToken).ConfigureAwait(false);
            GpuStart.RequireUnquarantined(options, run.Gpu);
            run.IsReady = true;
            run.Timeline.AddReady();
            ReadyServers.Add(run);
            Announce(server, run, wait.Elapsed);
            return server;
        }
        catch (Exception error)
        {
            var failure = await ExplainAsync(error, server, run, cancellationToken).ConfigureAwait(false);
            await StopAsync(failure, run, cancellationToken).ConfigureAwait(false);
            throw failure;
        }
    }

    private async Task<Exception> ExplainAsync(
        Exception error, ServerProcess? server, ServerLifetime run, CancellationToken cancellationToken)
    {
        if (error is OperationCanceledException)
        {
            return StartFailure.Cancelled(error, cancellationToken);
        }

        try
        {
            // The last line may have the reason, also one without an end.
            await run.ReadOutputAsync().ConfigureAwait(false);
            var hint = error is NeverReadyException && server is not null
                ? await StartHints.ListeningElsewhereAsync(server, run, _platform).ConfigureAwait(false) : null;
            await RecordAsync(error, run, cancellationToken).ConfigureAwait(false);
            string?[] hints = [hint, StartHints.QuarantinedGpus(options)];
            return StartFailure.NotReady(error, run, string.Join(' ', hints.OfType<string>()), _platform);
        }
        catch (Exception)
        {
            return StartFailure.CannotStart(run.Command.CommandLine, run.Command.Mask.Mask(error));
        }
    }

    private async Task RecordAsync(Exception error, ServerLifetime run, CancellationToken cancellationToken)
    {
        if (error is NeverReadyException && options.FlightRecorder)
        {
            run.Tree.Observe();
            var reason = $"The server was not ready within {ReapReportText.Seconds(options.StartupTimeout)}.";
            await ServerRecording.RecordAsync(run, run.LivingMembers, reason, _platform, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="ServerStartException">It could not be reaped; the failure itself is in it.</exception>
    private async Task StopAsync(Exception failure, ServerLifetime run, CancellationToken cancellationToken)
    {
        // Ports in TIME_WAIT stay reserved for the next attempt.
        var busy = failure is PortConflictException { InTimeWait.Count: > 0 } conflict ? conflict : null;
        if (failure is ServerStartException && busy is null && KeepPolicy.KeepsFailures(logger))
        {
            KeepPolicy.Keep(run, logger);
            return;
        }

        var leases = busy is null ? null : run.Ports.KeepLeases();
        try
        {
            await run.ReapAsync(cancellationToken, keepLog: true).ConfigureAwait(false);
            if (busy is not null)
            {
                (busy.Leases, leases) = (leases, null);
            }
        }
        catch (ReapTimeoutException survivors)
        {
            throw StartFailure.NotReaped(failure, survivors, run.Command.CommandLine);
        }
        finally
        {
            leases?.Dispose();
        }
    }

    private void Announce(ServerProcess server, ServerLifetime run, TimeSpan elapsed)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var address = server.KnownAddress is { } known ? $" at {run.Command.Mask.Mask(known.ToString())}" : "";
            logger.LogInformation(
                "Ready{Address} after {Elapsed}:{NewLine}{Tree}",
                address, ReapReportText.Seconds(elapsed), Environment.NewLine, run.DrawTree());
        }
    }
}
