namespace TestReaper.Platform.MacOS.Wait;

/// <summary>Reports the exits of processes by one kqueue, in the order in which they happen.</summary>
internal sealed class KqueueExitQueue : ExitQueue
{
    private readonly object _gate = new();
    private readonly ExitEvents _events;
    private readonly Dictionary<int, List<(MacProcessHandle Handle, int Key)>> _watched = [];

    private KqueueExitQueue(ExitEvents events) => _events = events;

    /// <summary>Null if this process has no free descriptor.</summary>
    public static KqueueExitQueue? TryCreate() => ExitEvents.TryCreate() is { } events ? new KqueueExitQueue(events) : null;

    public override bool TryAdd(ProcessHandle handle, int key)
    {
        var process = (MacProcessHandle)handle;
        lock (_gate)
        {
            if (_watched.TryGetValue(process.Identity.Pid, out var handles))
            {
                // The event of the earlier process with this pid has not been taken yet.
                var isSame = handles[0].Handle.Identity == process.Identity;
                if (isSame)
                {
                    handles.Add((process, key));
                }

                return isSame;
            }

            // Checked behind the registration: the pid may belong to another process by now.
            if (!_events.TryAdd(process.Identity.Pid) || process.IsGone())
            {
                return false;
            }

            _watched.Add(process.Identity.Pid, [(process, key)]);
            return true;
        }
    }

    public override IReadOnlyList<int> Wait(TimeSpan timeout)
    {
        var keys = new List<int>();
        _ = _events.Wait(timeout, (pid, exit) =>
        {
            lock (_gate)
            {
                if (_watched.Remove(pid, out var handles))
                {
                    foreach (var (handle, key) in handles.Where(static watched => !watched.Handle.IsDisposed))
                    {
                        handle.SetGone(exit);
                        keys.Add(key);
                    }
                }
            }
        });
        return keys;
    }

    public override void Wake() => _events.Wake();
}
