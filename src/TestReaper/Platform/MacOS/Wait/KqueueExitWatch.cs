namespace TestReaper.Platform.MacOS.Wait;

/// <summary>
/// Waits for many processes by one kqueue. Those that the kernel does not watch are polled at intervals of 1 to 50 ms, the others are
/// checked once a second: see <see cref="ExitEvents"/>.
/// </summary>
/// <remarks>Only <see cref="Wake"/> may be called on other threads.</remarks>
internal sealed class KqueueExitWatch : ExitWatch
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(50), Check = TimeSpan.FromSeconds(1);
    private readonly ExitEvents _events;
    private readonly Dictionary<int, MacProcessHandle> _watched = [];
    private readonly List<MacProcessHandle> _polled = [];

    private KqueueExitWatch(ExitEvents events) => _events = events;

    /// <summary>Null if this process has no free descriptor.</summary>
    public static KqueueExitWatch? TryCreate() => ExitEvents.TryCreate() is { } events ? new KqueueExitWatch(events) : null;

    public override int Remaining => _watched.Count + _polled.Count;

    public override void Add(ProcessHandle handle)
    {
        var process = (MacProcessHandle)handle;
        var isWatched = !_watched.ContainsKey(process.Identity.Pid) && _events.TryAdd(process.Identity.Pid);

        // Checked behind the registration: the process may have exited before it, and its pid may belong to another one.
        if (process.IsGone())
        {
            return;
        }

        if (isWatched)
        {
            _watched.Add(process.Identity.Pid, process);
        }
        else
        {
            _polled.Add(process);
        }
    }

    public override void WaitForAll(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        var lastCheck = start;
        var interval = TimeSpan.FromMilliseconds(1);
        while (Remaining > 0 && timeout - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            if (_events.Wait(Durations.Shorter(_polled.Count > 0 ? interval : Check, left), Remove))
            {
                return;
            }

            interval = Durations.Shorter(interval * 2, LongestPoll);
            _polled.RemoveAll(static process => process.IsGone());
            if (Stopwatch.GetElapsedTime(lastCheck) >= Check)
            {
                lastCheck = Stopwatch.GetTimestamp();
                RemoveGone();
            }
        }
    }

    public override void Pause(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        while (timeout - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            if (_events.Wait(left, Remove))
            {
                return;
            }
        }
    }

    public override void Wake() => _events.Wake();

    public override void Dispose() => _events.Close();

    private void RemoveGone()
    {
        foreach (var (pid, _) in _watched.Where(static watched => watched.Value.IsGone()).ToList())
        {
            _watched.Remove(pid);
        }
    }

    private void Remove(int pid, ExitStatus? exit)
    {
        if (_watched.Remove(pid, out var process))
        {
            process.SetGone(exit);
        }
    }
}
