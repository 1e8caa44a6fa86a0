namespace TestReaper.Platform;

/// <summary>Watches nothing, so that all processes are polled. For a host without free descriptors or without exit events.</summary>
internal sealed class PolledExitQueue : ExitQueue
{
    private readonly object _gate = new();
    private bool _isWoken;

    public override bool TryAdd(ProcessHandle handle, int key) => false;

    public override IReadOnlyList<int> Wait(TimeSpan timeout)
    {
        lock (_gate)
        {
            _ = _isWoken || Monitor.Wait(_gate, timeout);
            _isWoken = false;
            return [];
        }
    }

    public override void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }
}
