using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Ports;

namespace TestReaper.Servers.Starting;

/// <summary>Starts a server; what fails is reaped before it is reported.</summary>
internal static class ServerStart
{
    private const int Attempts = 3;

    /// <param name="options">Validated.</param>
    /// <param name="leases">Ports to use again, or null to take new ones. They belong to the start from here on.</param>
    /// <param name="logger">Gets progress and warnings.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static Task<ServerProcess> RunAsync(ServerProcessOptions options, PortLeases? leases, ILogger logger,
        CancellationToken cancellationToken)
    {
        // Nothing below may wait for the caller's context: its only thread may be the one that waits for the start.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return RepeatAsync(options, leases, SafeLogger.Around(logger), cancellationToken);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static async Task<ServerProcess> RepeatAsync(ServerProcessOptions options, PortLeases? leases, ILogger logger,
        CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var left = options.StartupTimeout;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(options, leases, left, logger, cancellationToken).ConfigureAwait(false);
            }
            catch (PortLostException lost) when (attempt < Attempts)
            {
                leases = null;
                logger.LogWarning("{Reason} Starting again with another port.", lost.Message);
            }
            catch (PortBusyException busy)
            {
                leases = busy.Leases;
                await WaitForPortAsync(busy, options.StartupTimeout - Stopwatch.GetElapsedTime(start), logger, cancellationToken)
                    .ConfigureAwait(false);
                left = options.StartupTimeout - Stopwatch.GetElapsedTime(start);
            }
        }
    }

    private static async Task WaitForPortAsync(PortBusyException busy, TimeSpan timeout, ILogger logger,
        CancellationToken cancellationToken)
    {
        var isFree = false;
        try
        {
            isFree = await BusyPort.WaitAsync(busy.EndPoints, timeout, logger, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isFree)
            {
                busy.Leases?.Dispose();
            }
        }

        if (!isFree)
        {
            throw new ServerStartException(
                $"Port {busy.EndPoints[0].Port} still has closed connections in TIME_WAIT, which the kernel keeps for a minute, " +
                "and the server does not set SO_REUSEADDR. " +
                $"Let it set that option, raise StartupTimeout, or use an allocated port ({{port}}).{Environment.NewLine}{busy.Message}",
                busy.CommandLine, busy.ExitCode, busy.OutputTail, busy);
        }
    }

    private static async Task<ServerProcess> RunOnceAsync(
        ServerProcessOptions options, PortLeases? leases, TimeSpan timeout, ILogger logger, CancellationToken cancellationToken)
    {
        var platform = ProcessPlatform.Current;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            platform.Launcher.Prepare();
            ProtectedScopes.Prepare(platform, logger);
            leases ??= TakePorts(options, platform);
            var fixedEndPoints = await ServerAddress.FixedEndPointsAsync(options, cancellationToken).ConfigureAwait(false);
            var command = ResolvedCommand.Resolve(options, leases.Ports, platform);
            var run = Launch(command, fixedEndPoints, leases, options, logger, platform);
            var server = new ServerProcess(options, run);
            foreach (var endpoint in fixedEndPoints)
            {
                run.AddPort(endpoint.Port);
            }

            var ports = leases.Ports.Values.Concat(fixedEndPoints.Select(endpoint => endpoint.Port));
            IReadOnlyList<IPEndPoint> endpoints = [.. fixedEndPoints, .. ports.SelectMany(PortProbe.Everywhere)];
            leases = null;
            var wait = new ReadinessWait(server, run, platform, logger) { Timeout = timeout };
            await WaitUntilReadyAsync(wait, server, run, endpoints, logger, platform, cancellationToken).ConfigureAwait(false);
            return server;
        }
        finally
        {
            leases?.Dispose();
        }
    }

    private static ServerLifetime Launch(
        ResolvedCommand command, IReadOnlyList<IPEndPoint> fixedEndPoints, PortLeases leases, ServerProcessOptions options,
        ILogger logger, IProcessPlatform platform)
    {
        try
        {
            FixedPortCheck.Run(fixedEndPoints, options, command, platform);
            return ServerLaunch.Run(command, leases, options, logger, platform);
        }
        catch (ServerStartException)
        {
            // Nothing has used it.
            command.Temp?.Finish(isClean: true, options.Reap.ReleaseTimeout);
            throw;
        }
    }

    private static PortLeases TakePorts(ServerProcessOptions options, IProcessPlatform platform)
    {
        try
        {
            return PortLeases.Take(options, platform);
        }
        catch (IOException error)
        {
            throw ResolvedCommand.CannotStart(options.FileName, error);
        }
    }

    private static async Task WaitUntilReadyAsync(
        ReadinessWait wait, ServerProcess server, ServerLifetime run, IReadOnlyList<IPEndPoint> endpoints, ILogger logger,
        IProcessPlatform platform, CancellationToken cancellationToken)
    {
        try
        {
            await wait.RunAsync(cancellationToken).ConfigureAwait(false);
            run.IsReady = true;
            Announce(server, run, wait.Elapsed, logger);
        }
        catch (Exception error)
        {
            // The last line may have the reason, also one without an end.
            await run.SettleOutputAsync().ConfigureAwait(false);
            var failure = await ExplainAsync(error, server, run, endpoints, platform, cancellationToken).ConfigureAwait(false);
            await FailedStart.StopAsync(failure, run, logger, cancellationToken).ConfigureAwait(false);
            throw failure;
        }
    }

    // Never throws: the server that is being started must be reaped first.
    private static async Task<Exception> ExplainAsync(
        Exception error, ServerProcess server, ServerLifetime run, IReadOnlyList<IPEndPoint> endpoints, IProcessPlatform platform,
        CancellationToken cancellationToken)
    {
        if (error is OperationCanceledException)
        {
            return new OperationCanceledException(
                "The start of the server was cancelled; what had started is gone.", error, cancellationToken);
        }

        try
        {
            var hint = error is NeverReadyException
                ? await StartHints.ListeningElsewhereAsync(server, run, platform).ConfigureAwait(false) : null;
            return StartFailure.Of(error, run, endpoints, hint, platform);
        }
        catch (Exception)
        {
            return ResolvedCommand.CannotStart(run.Command.CommandLine, error);
        }
    }

    private static void Announce(ServerProcess server, ServerLifetime run, TimeSpan elapsed, ILogger logger)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var address = server.KnownAddress is { } known ? $" at {run.Command.Mask.Mask(known.ToString())}" : "";
            logger.LogInformation(
                "Ready{Address} after {Elapsed}:{NewLine}{Tree}",
                address,
                ReapReportText.Seconds(elapsed),
                Environment.NewLine,
                run.DrawTree());
        }
    }
}
