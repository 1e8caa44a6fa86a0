using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Probes a server until it is ready: fast at first, slower as it takes longer.</summary>
internal sealed class ReadinessWait(ServerProcess server, ServerLifetime run, IProcessPlatform platform, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(250);

    // How soon an exit ends a probe that still waits for its answer.
    private static readonly TimeSpan ExitCheck = TimeSpan.FromMilliseconds(50);
    private readonly IReadinessProbe _probe = server.Options.Readiness;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ReadinessProgress _progress = new(server, run, logger);

    /// <summary>Shorter than the startup timeout where an earlier attempt has used a part of it.</summary>
    public TimeSpan Timeout { get; init; } = server.Options.StartupTimeout;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        var pause = FirstPause;
        ReadinessResult last = default;
        for (var probes = 0; ;)
        {
            try
            {
                ThrowIfExited();
                probes++;
                var line = run.Output.NextMatchAsync();
                last = await ProbeAsync(timeout.Token).ConfigureAwait(false);
                ThrowIfExited();
                if (last.IsReady && await new ListenerCheck(server, run, platform, logger).PassesAsync(timeout.Token).ConfigureAwait(false))
                {
                    return;
                }

                _progress.Report(Elapsed, last);
                await (await Task.WhenAny(line, Task.Delay(pause, timeout.Token)).ConfigureAwait(false)).ConfigureAwait(false);
                pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new NeverReadyException(_probe.Description, probes, last.Detail);
            }
        }
    }

    private void ThrowIfExited()
    {
        if (run.Child.PeekExit() is { } exit)
        {
            throw new ExitedException(exit);
        }
    }

    /// <summary>Asks once. A probe that ignores its token is left behind.</summary>
    private async Task<ReadinessResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var exited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var probe = Task.Run(() => ProbeAnswer.CheckAsync(_probe, server, exited.Token), CancellationToken.None);
        while (true)
        {
            try
            {
                return await probe.WaitAsync(ExitCheck, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException error) when (probe.Exception?.InnerException != error)
            {
                // Ours, not the probe's own. It may have answered just now: the next round takes the answer.
                if (run.Child.PeekExit() is not null)
                {
                    // Not waited for: what a probe does on its cancellation is its own affair.
                    _ = exited.CancelAsync();
                    return default;
                }

                _progress.Report(Elapsed, new ReadinessResult(false, "no answer yet"));
            }
        }
    }
}
