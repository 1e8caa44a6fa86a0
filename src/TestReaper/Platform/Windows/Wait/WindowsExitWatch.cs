using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Wait;

/// <summary>Waits for many processes by their handles, 63 at a time.</summary>
/// <remarks>The wait ends when all have exited, so their order does not matter.</remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsExitWatch : ExitWatch
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private readonly SystemHandle _wake;
    private readonly List<WindowsProcessHandle> _waited = [];
    private readonly List<WindowsProcessHandle> _polled = [];

    private WindowsExitWatch(SystemHandle wake) => _wake = wake;

    public static WindowsExitWatch? TryCreate() => HandleWait.CreateEvent() is { } wake ? new WindowsExitWatch(wake) : null;

    public override int Remaining => _waited.Count + _polled.Count;

    public override void Add(ProcessHandle handle)
    {
        var process = (WindowsProcessHandle)handle;
        if (!process.IsGone())
        {
            (process.IsPolled ? _polled : _waited).Add(process);
        }
    }

    public override void WaitForAll(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        RemoveGone();
        while (Remaining > 0)
        {
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            nint[] handles = [.. _waited.Take(HandleWait.MostHandles).Select(static process => process.Handle)];
            var slice = _polled.Count > 0 ? Durations.Shorter(left, PollInterval) : left;
            if (HandleWait.ForAny(_wake, handles, slice) == -1)
            {
                return;
            }

            RemoveGone();
        }
    }

    public override void Pause(TimeSpan timeout) => HandleWait.ForEvent(_wake, timeout);

    public override void Wake() => _ = Kernel32.SetEvent(_wake.Value);

    public override void Dispose() => _wake.Dispose();

    private void RemoveGone()
    {
        _waited.RemoveAll(static process => process.IsGone());
        _polled.RemoveAll(static process => process.IsGone());
    }
}
