using TestReaper.Reaping;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Probes a server until it is ready. For an attached server there is no listener check and no progress.</summary>
/// <remarks>
/// <para>
/// Constraint: a server may be ready after a millisecond or after ten minutes, may exit meanwhile, and a probe may hang, block its thread
/// or ignore its token. None of this may delay the start beyond its timeout or its cancellation.
/// </para>
/// <para>
/// Scheme: rounds of one probe each. The pause between two rounds begins with 1 ms and grows by half each time, up to 250 ms. An output
/// line that a probe searches for ends the pause at once. The probe runs on the thread pool and is waited for with a timeout of 50 ms, so
/// that an exit of the server and the timeout of the start end the wait even if the probe never returns. Such a probe gets its token
/// cancelled and is left behind. Its callbacks run elsewhere (<see cref="QuietCancellation"/>).
/// </para>
/// <para>
/// Invariants: there is never more than one call of the probe under way, except for one that was left behind. A server that exited is
/// never reported as ready, so its exit is checked before and after each probe. An exception of a probe counts as "not ready".
/// </para>
/// </remarks>
internal sealed class ReadinessWait(
    ServerProcess server, TimeSpan timeout, ListenerCheck? listeners = null, ReadinessProgress? progress = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(250);

    // How soon an exit ends a probe that still waits for its answer.
    private static readonly TimeSpan ExitCheck = TimeSpan.FromMilliseconds(50);
    private readonly IReadinessProbe _probe = server.Options.Readiness;
    private readonly long _start = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <exception cref="ExitedException">The root exited.</exception>
    /// <exception cref="NeverReadyException">The time was over before a probe succeeded.</exception>
    /// <exception cref="ServerStartException">A process outside the tree answered.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = new CancellationTokenSource();
        limit.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelQuietly(), ended);
        limit.CancelAfter(timeout);
        var pause = FirstPause;
        ReadinessResult last = default;
        for (var probes = 0; ;)
        {
            try
            {
                ThrowIfExited(ended);
                probes++;
                var line = server.Output.NextMatchAsync();
                last = await ProbeAsync(ended, limit.Token).ConfigureAwait(false);
                ThrowIfExited(ended);
                if (last.IsReady)
                {
                    await (listeners?.VerifyAsync(limit.Token) ?? Task.CompletedTask).ConfigureAwait(false);
                    return;
                }

                listeners?.ObserveFirstListener();
                progress?.Report(Elapsed, last);
                await (await Task.WhenAny(line, Task.Delay(pause, limit.Token)).ConfigureAwait(false)).ConfigureAwait(false);
                pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new NeverReadyException(ProbeDescription.Of(_probe), probes, last.Detail, last.Advice);
            }
        }
    }

    private void ThrowIfExited(CancellationTokenSource ended)
    {
        if (server.HasExited)
        {
            // A probe may have left requests pending.
            ended.CancelQuietly();
            throw new ExitedException();
        }
    }

    private async Task<ReadinessResult> ProbeAsync(CancellationTokenSource ended, CancellationToken limit)
    {
        var probe = Task.Run(() => ProbeAnswer.CheckAsync(_probe, server, ended.Token), CancellationToken.None);
        while (true)
        {
            try
            {
                return await probe.WaitAsync(ExitCheck, limit).ConfigureAwait(false);
            }
            catch (TimeoutException error) when (probe.Exception?.InnerException != error)
            {
                // This wait's timeout, not the probe's own. The probe may have answered just now: the next round takes the answer.
                if (server.HasExited)
                {
                    ended.CancelQuietly();
                    return default;
                }

                progress?.Report(Elapsed, new ReadinessResult(false, "no answer yet"));
            }
        }
    }
}

/// <summary>The root exited before the server was ready.</summary>
internal sealed class ExitedException : Exception;

/// <summary>The time was over before a probe succeeded.</summary>
internal sealed class NeverReadyException(string probe, int probes, string? lastAnswer, string? advice)
    : Exception($"{probe} was tried {probes} times{(lastAnswer is null ? "" : $", the last answer was: {lastAnswer}")}")
{
    /// <summary>What to change, if a longer wait does not help.</summary>
    public string? Advice => advice;
}
