namespace TestReaper.Servers.Probes;

/// <summary>
/// Repeats a request that gets no answer and keeps the earlier ones pending: a server may answer later than any fixed timeout, and may
/// never answer a request that reached it too early. The first success counts.
/// </summary>
internal sealed class OverlappingRequests(Func<CancellationToken, Task<ReadinessResult>> request)
{
    private readonly List<Request> _pending = [];

    /// <summary>The pause before the second request; it doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause after an answer while an older request is pending: the server is up and may be ready soon.</summary>
    public TimeSpan AnswerPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Beyond this number a new request replaces one of the younger half. The older half is kept to the end.</summary>
    public int MaxPending { get; init; } = 16;

    /// <returns>The first success; the last answer once all requests were answered without one.</returns>
    public async Task<ReadinessResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pause = FirstPause;
            while (true)
            {
                Send(cancellationToken);
                var wait = pause;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                while (await FirstAnswerAsync(wait, cancellationToken).ConfigureAwait(false) is { } answered)
                {
                    _pending.Remove(answered);
                    answered.Source.Dispose();
                    if (_pending.Count == 0 || answered.Answer is { IsCompletedSuccessfully: true, Result.IsReady: true })
                    {
                        return await answered.Answer.ConfigureAwait(false);
                    }

                    wait = AnswerPause;
                }
            }
        }
        finally
        {
            _pending.ForEach(static left => left.Cancel());
        }
    }

    private void Send(CancellationToken cancellationToken)
    {
        if (_pending.Count >= MaxPending)
        {
            _pending[MaxPending / 2].Cancel();
            _pending.RemoveAt(MaxPending / 2);
        }

        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _pending.Add(new Request(request(source.Token), source));
    }

    /// <returns>Null when the time was over first.</returns>
    private async Task<Request?> FirstAnswerAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(wait, enough.Token);
        var done = await Task.WhenAny([.. _pending.Select(pending => pending.Answer), delay]).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        await enough.CancelAsync().ConfigureAwait(false);
        return _pending.Find(pending => pending.Answer == done);
    }

    private sealed record Request(Task<ReadinessResult> Answer, CancellationTokenSource Source)
    {
        // Reads the exception, so that it is not reported as unobserved later.
        public void Cancel()
        {
            _ = Source.CancelAsync();
            _ = Answer.ContinueWith(
                static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
