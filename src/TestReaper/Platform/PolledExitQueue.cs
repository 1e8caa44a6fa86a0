namespace TestReaper.Platform;

/// <summary>Watches nothing, so that all processes are polled. For a host without free descriptors or without exit events.</summary>
internal sealed class PolledExitQueue : ExitQueue
{
    private readonly WakeSignal _wake = new();

    public override bool TryAdd(ProcessHandle handle, int key) => false;

    public override IReadOnlyList<int> Wait(TimeSpan timeout)
    {
        _wake.Wait(timeout);
        return [];
    }

    public override void Wake() => _wake.Set();
}
