using Microsoft.Extensions.Logging;

namespace TestReaper.Servers.Starting;

/// <summary>Reaps what a failed start has started, before the failure reaches the caller.</summary>
internal static class FailedStart
{
    /// <exception cref="ServerStartException">It could not be reaped; the failure itself is in it.</exception>
    public static async Task StopAsync(Exception failure, ServerLifetime run, ILogger logger, CancellationToken cancellationToken)
    {
        if (failure is ServerStartException and not PortBusyException && KeepPolicy.KeepsFailures(logger))
        {
            KeepPolicy.Announce(run, logger);
            return;
        }

        // A port that will be waited for stays reserved.
        var busy = failure as PortBusyException;
        var leases = busy is null ? null : run.KeepLeases();
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
            throw new ServerStartException(
                $"{failure.Message}{Environment.NewLine}Then it could not be reaped: {survivors.Message}",
                run.Command.CommandLine,
                (failure as ServerStartException)?.ExitCode,
                (failure as ServerStartException)?.OutputTail ?? "",
                new AggregateException(failure, survivors));
        }
        finally
        {
            leases?.Dispose();
        }
    }
}
