using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Wait;

/// <summary>Reports the exits of up to 63 processes. Those beyond are polled by the caller.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsExitQueue : ExitQueue
{
    private readonly object _gate = new();
    private readonly SystemHandle _wake;
    private readonly List<(SystemHandle Handle, int Key)> _watched = [];

    private WindowsExitQueue(SystemHandle wake) => _wake = wake;

    public static WindowsExitQueue? TryCreate() => HandleWait.CreateEvent() is { } wake ? new WindowsExitQueue(wake) : null;

    public override bool TryAdd(ProcessHandle handle, int key)
    {
        // A handle of its own: the caller may dispose the other one while the queue waits.
        if (((WindowsProcessHandle)handle).TryDuplicate() is not { } own)
        {
            return false;
        }

        lock (_gate)
        {
            if (_watched.Count == HandleWait.MostHandles)
            {
                own.Dispose();
                return false;
            }

            _watched.Add((own, key));
        }

        Wake();
        return true;
    }

    public override IReadOnlyList<int> Wait(TimeSpan timeout)
    {
        nint[] handles;
        lock (_gate)
        {
            handles = [.. _watched.Select(static watched => watched.Handle.Value)];
        }

        _ = HandleWait.ForAny(_wake, handles, timeout);
        return TakeExited();
    }

    public override void Wake() => _ = Kernel32.SetEvent(_wake.Value);

    // Only the thread that waits closes handles, so none is closed during a wait.
    private List<int> TakeExited()
    {
        lock (_gate)
        {
            var exited = _watched.Where(static watched => OpenedProcess.HasExited(watched.Handle)).ToList();
            foreach (var watched in exited)
            {
                _watched.Remove(watched);
                watched.Handle.Dispose();
            }

            return [.. exited.Select(static watched => watched.Key)];
        }
    }
}
