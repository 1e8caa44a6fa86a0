using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Servers.Ports;
using TestReaper.Watchdog;

namespace TestReaper.Servers.Starting;

/// <summary>Starts a server; what fails is reaped before it is reported.</summary>
internal static class ServerStart
{
    private const int Attempts = 3;

    /// <param name="options">Validated.</param>
    /// <param name="leases">Ports to use again, or null to take new ones. They belong to the start from here on.</param>
    /// <param name="logger">Gets progress and warnings.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<ServerProcess> RunAsync(ServerProcessOptions options, PortLeases? leases, ILogger logger, CancellationToken cancellationToken)
    {
        logger = SafeLogger.Around(logger);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(options, leases, logger, cancellationToken).ConfigureAwait(false);
            }
            catch (PortLostException lost) when (attempt < Attempts)
            {
                leases = null;
                logger.LogWarning("{Reason} Starting again with another port.", lost.Message);
            }
        }
    }

    private static async Task<ServerProcess> RunOnceAsync(ServerProcessOptions options, PortLeases? leases, ILogger logger, CancellationToken cancellationToken)
    {
        var platform = ProcessPlatform.Current;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            platform.PrepareLaunch();
            HostGuard.Prepare(platform, logger);
            leases ??= TakePorts(options, platform);
            var command = ServerCommand.Resolve(options, leases.Ports, platform);
            FixedPortCheck.Run(options, command, platform);
            var run = ServerRun.Launch(command, leases, options, logger, platform);
            var server = new ServerProcess(options, run);
            if (ServerAddress.FixedPort(options) is { } port)
            {
                run.AddPort(port);
            }

            leases = null;
            await WaitUntilReadyAsync(server, run, logger, platform, cancellationToken).ConfigureAwait(false);
            return server;
        }
        finally
        {
            leases?.Dispose();
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
            throw ServerCommand.CannotStart(options.FileName, error);
        }
    }

    private static async Task WaitUntilReadyAsync(ServerProcess server, ServerRun run, ILogger logger, IProcessPlatform platform, CancellationToken cancellationToken)
    {
        var wait = new ReadinessWait(server, run, platform, logger);
        try
        {
            await wait.RunAsync(cancellationToken).ConfigureAwait(false);
            run.IsReady = true;
            Announce(server, run, wait.Elapsed, logger);
        }
        catch (Exception error)
        {
            if (error is ExitedException)
            {
                await run.SettleOutputAsync().ConfigureAwait(false);
            }

            var failure = Explain(error, run, platform, cancellationToken);
            await StopFailedAsync(failure, run, logger, cancellationToken).ConfigureAwait(false);
            throw failure;
        }
    }

    // Never throws: the server that is being started must be reaped first.
    private static Exception Explain(Exception error, ServerRun run, IProcessPlatform platform, CancellationToken cancellationToken)
    {
        if (error is OperationCanceledException)
        {
            return new OperationCanceledException("The start of the server was cancelled; what had started is gone.", error, cancellationToken);
        }

        try
        {
            return StartFailure.Of(error, run, platform);
        }
        catch (Exception)
        {
            return ServerCommand.CannotStart(run.Command.CommandLine, error);
        }
    }

    private static void Announce(ServerProcess server, ServerRun run, TimeSpan elapsed, ILogger logger)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var address = server.KnownAddress is { } known ? $" at {run.Command.Mask.Mask(known.ToString())}" : "";
            logger.LogInformation("Ready{Address} after {Elapsed}:{NewLine}{Tree}", address, ReapReportText.Seconds(elapsed), Environment.NewLine, run.DrawTree());
        }
    }

    private static async Task StopFailedAsync(Exception failure, ServerRun run, ILogger logger, CancellationToken cancellationToken)
    {
        if (failure is ServerStartException && KeepPolicy.KeepsFailures(logger))
        {
            KeepPolicy.Announce(run, logger);
            return;
        }

        try
        {
            await run.ReapAsync(cancellationToken, keepLog: true).ConfigureAwait(false);
        }
        catch (ReapTimeoutException survivors)
        {
            throw new ServerStartException(
                $"{failure.Message}{Environment.NewLine}Then it could not be reaped: {survivors.Message}",
                run.Command.CommandLine,
                (failure as ServerStartException)?.ExitCode,
                (failure as ServerStartException)?.OutputTail ?? "",
                new AggregateException(failure, survivors));
        }
    }
}
