namespace TestReaper.Platform;

/// <summary>Checks each process at intervals of 1 to 50 ms. For a host that has no free descriptors, or no event for an exit.</summary>
internal sealed class PolledExitWatch : ExitWatch
{
    private readonly object _gate = new();
    private readonly List<ProcessHandle> _handles = [];
    private bool _isWoken;

    public override int Remaining
    {
        get
        {
            _handles.RemoveAll(static handle => handle.IsGone());
            return _handles.Count;
        }
    }

    public override void Add(ProcessHandle handle) => _handles.Add(handle);

    public override void WaitForAll(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        var interval = TimeSpan.FromMilliseconds(1);
        while (Remaining > 0 && timeout - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            if (IsWokenWithin(interval < left ? interval : left))
            {
                return;
            }

            interval = interval * 2 < TimeSpan.FromMilliseconds(50) ? interval * 2 : TimeSpan.FromMilliseconds(50);
        }
    }

    public override void Pause(TimeSpan timeout) => IsWokenWithin(timeout);

    public override void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    public override void Dispose()
    {
    }

    private bool IsWokenWithin(TimeSpan timeout)
    {
        lock (_gate)
        {
            var isWoken = _isWoken || Monitor.Wait(_gate, timeout);
            _isWoken = false;
            return isWoken;
        }
    }
}
