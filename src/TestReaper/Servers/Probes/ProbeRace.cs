using TestReaper.Reaping;

namespace TestReaper.Servers.Probes;

/// <summary>Asks several probes about one server at the same time until one of them is ready.</summary>
/// <remarks>
/// <para>
/// Constraint: a probe may wait for its answer as long as the start lasts, or block its thread. It must not delay the others. A round
/// must end soon all the same, because the start reports progress and the last answers between rounds.
/// </para>
/// <para>
/// Scheme: each probe runs on the thread pool. A round asks those that are not being asked, and ends with the first success, when all
/// have answered, or after 50 ms. A probe without an answer stays pending and is part of the next round.
/// </para>
/// <para>
/// Invariants: no probe is asked twice at the same time. The first success cancels all others, and so does the token of the start, so
/// none of them outlives it unless it ignores its token.
/// </para>
/// </remarks>
internal sealed class ProbeRace(IReadOnlyList<IReadinessProbe> probes, ServerProcess server)
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);
    private readonly Dictionary<IReadinessProbe, (Task<ReadinessResult> Answer, CancellationTokenSource Source)> _pending = [];
    private readonly Dictionary<IReadinessProbe, ReadinessResult> _last = [];

    public IReadinessProbe? Ready { get; private set; }

    public async Task<ReadinessResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var probe in probes.Where(probe => !_pending.ContainsKey(probe)))
        {
            Ask(probe, cancellationToken);
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var end = Task.Delay(Round, enough.Token);
        while (_pending.Count > 0 && !end.IsCompleted)
        {
            await Task.WhenAny([.. _pending.Values.Select(pending => pending.Answer), end]).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (TakeAnswers() is { } success)
            {
                await enough.CancelAsync().ConfigureAwait(false);
                return success;
            }
        }

        await enough.CancelAsync().ConfigureAwait(false);
        return new ReadinessResult(false, string.Join("; ", probes.Select(Describe))) { Advice = CommonAdvice() };
    }

    private void Ask(IReadinessProbe probe, CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _pending[probe] = (Task.Run(() => ProbeAnswer.CheckAsync(probe, server, source.Token), CancellationToken.None), source);
    }

    private ReadinessResult? TakeAnswers()
    {
        foreach (var (probe, (answer, source)) in _pending.Where(pending => pending.Value.Answer.IsCompleted).ToArray())
        {
            _pending.Remove(probe);
            source.Dispose();

            // Else it was cancelled and is asked again.
            if (answer.IsCompletedSuccessfully)
            {
                _last[probe] = answer.Result;
                if (answer.Result.IsReady)
                {
                    Ready = probe;
                    CancelOthers();
                    return answer.Result;
                }
            }
        }

        return null;
    }

    private void CancelOthers()
    {
        foreach (var (answer, source) in _pending.Values)
        {
            source.CancelQuietly();
            _ = answer.ContinueWith(
                static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        _pending.Clear();
    }

    private string Describe(IReadinessProbe probe) =>
        $"{ProbeDescription.Of(probe)}: {(_last.TryGetValue(probe, out var last) ? last.Detail : "no answer yet")}";

    // As long as one of them may become ready by waiting, StartupTimeout is the advice.
    private string? CommonAdvice() =>
        probes.All(probe => _last.GetValueOrDefault(probe).Advice is not null)
            ? string.Join(' ', probes.Select(probe => _last[probe].Advice).Distinct())
            : null;
}
