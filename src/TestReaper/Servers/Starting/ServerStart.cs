using TestReaper.Gpu.Leases;
using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Starts a server, in more than one attempt where a port conflict asks for it.</summary>
/// <remarks>
/// Constraint: a start ends with a ready server or an exception, and when it throws, nothing that it started may live. A start can fail at
/// every step, and be cancelled at every await.
/// <para>Scheme: each step has a file, and calls go down only.</para>
/// <list type="number">
/// <item><see cref="ServerStart"/> leases GPUs, and repeats attempts within one startup timeout, which begins after that.</item>
/// <item><see cref="StartAttempt"/> leases ports, resolves the command, launches, waits for readiness, and reaps after a failure.</item>
/// <item><see cref="CommandResolver"/> fills in program path, arguments, environment and scope.</item>
/// <item><see cref="ServerLaunch"/> creates the process. It announces the scope to the watchdog first, so a host that dies in between
/// leaks nothing.</item>
/// <item><see cref="ReadinessWait"/> probes; <see cref="ListenerCheck"/> verifies that the answer came from the server's own tree.</item>
/// <item><see cref="StartFailure"/> words whatever failed.</item>
/// </list>
/// <para>
/// Invariants: the owner of a new process is <see cref="ServerLaunch"/> until it returns, then <see cref="StartAttempt"/> until the server
/// is ready, then the caller. Port leases belong to the attempt until the launch succeeds, then to the server. The lease of GPUs belongs
/// to <see cref="ServerStart"/> until the server is ready, so that each attempt has the same devices, and then to the server.
/// </para>
/// <para>Two conflicts lead to another attempt. An unrelated process has taken an allocated port: start again with other ports, three
/// attempts in all. The port is in TIME_WAIT, and the server does not set SO_REUSEADDR: wait and use the same ports again.</para>
/// </remarks>
internal static class ServerStart
{
    private const int Attempts = 3;

    /// <summary>Starts a server with valid options. The leases, ports and GPUs to use again, belong to it; null takes new ones.</summary>
    public static Task<ServerProcess> RunAsync(
        ServerProcessOptions options, PortLeases? leases, ILogger logger, CancellationToken cancellationToken, GpuLease? gpuLease = null)
    {
        // Nothing below may wait for the caller's context: its only thread may be the one that waits for the start.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return WithGpusAsync(options, leases, gpuLease, SafeLogger.Around(logger), cancellationToken);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static async Task<ServerProcess> WithGpusAsync(
        ServerProcessOptions options, PortLeases? leases, GpuLease? gpuLease, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            gpuLease ??= await GpuStart.AcquireAsync(options, logger, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            leases?.Dispose();
            throw;
        }

        try
        {
            return await RepeatAsync(options, leases, gpuLease, logger, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            gpuLease?.Dispose();
            throw;
        }
    }

    private static async Task<ServerProcess> RepeatAsync(
        ServerProcessOptions options, PortLeases? leases, GpuLease? gpuLease, ILogger logger, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var left = options.StartupTimeout;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await new StartAttempt(options, left, gpuLease, logger).RunAsync(leases, cancellationToken).ConfigureAwait(false);
            }
            catch (PortConflictException busy) when (busy.InTimeWait.Count > 0)
            {
                leases = busy.Leases;
                await WaitForPortAsync(busy, Left(), logger, cancellationToken).ConfigureAwait(false);
                left = Left();
            }
            catch (PortConflictException lost) when (attempt < Attempts)
            {
                (leases, left) = (null, Left());
                logger.LogWarning("{Reason} Starting again with another port.", lost.Message);
            }
        }

        TimeSpan Left() => Durations.ZeroIfNegative(options.StartupTimeout - Stopwatch.GetElapsedTime(start));
    }

    private static async Task WaitForPortAsync(
        PortConflictException busy, TimeSpan timeout, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            if (!await BusyPort.WaitAsync(busy.InTimeWait, timeout, logger, cancellationToken).ConfigureAwait(false))
            {
                throw StartFailure.PortStaysBusy(busy);
            }
        }
        catch
        {
            busy.Leases?.Dispose();
            throw;
        }
    }
}
