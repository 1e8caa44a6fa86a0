namespace TestReaper.Xunit;

/// <summary>
/// An asynchronous reader-writer lock: admits any number of shared holders, or one exclusive holder, in the order of their requests.
/// Waiting blocks no thread.
/// </summary>
internal sealed class ExclusiveGate
{
    private readonly object _gate = new();
    private readonly Queue<(bool IsExclusive, TaskCompletionSource Turn)> _waiting = [];
    private int _inside;
    private bool _isClosed;

    /// <summary>Waits until it is admitted.</summary>
    /// <returns>Leaves when disposed.</returns>
    public async Task<IDisposable> EnterAsync(bool isExclusive)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((isExclusive, turn));
            Admit();
        }

        // Continues on the context of the caller, because xUnit limits its parallel tests by that context.
        await turn.Task;
        return new Exit(this);
    }

    private void Admit()
    {
        while (!_isClosed && _waiting.TryPeek(out var next) && (!next.IsExclusive || _inside == 0))
        {
            _waiting.Dequeue();
            _inside++;
            _isClosed = next.IsExclusive;
            next.Turn.SetResult();
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _inside--;
            _isClosed = false;
            Admit();
        }
    }

    private sealed class Exit(ExclusiveGate gate) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Leave();
            }
        }
    }
}
