namespace TestReaper.Platform;

/// <summary>Checks each process at intervals of 1 to 50 ms. For a host that has no free descriptors, or no event for an exit.</summary>
internal sealed class PolledExitWatch : ExitWatch
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(50);
    private readonly WakeSignal _wake = new();
    private readonly List<ProcessHandle> _handles = [];

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
            if (_wake.Wait(Durations.Shorter(interval, left)))
            {
                return;
            }

            interval = Durations.Shorter(interval * 2, LongestInterval);
        }
    }

    public override void Pause(TimeSpan timeout) => _wake.Wait(timeout);

    public override void Wake() => _wake.Set();

    public override void Dispose()
    {
    }
}
