namespace TestReaper.Leaks;

/// <summary>Lets many in together or one alone, in the order of their coming, without holding a thread.</summary>
internal sealed class ExclusiveGate
{
    private readonly object _gate = new();
    private readonly Queue<(bool IsExclusive, TaskCompletionSource Turn)> _waiting = [];
    private int _inside;
    private bool _isClosed;

    /// <summary>Waits for its turn; to be disposed when it is over.</summary>
    public async Task<IDisposable> EnterAsync(bool isExclusive)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((isExclusive, turn));
            Admit();
        }

        // On the context of the caller: xUnit counts its parallel tests there.
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
