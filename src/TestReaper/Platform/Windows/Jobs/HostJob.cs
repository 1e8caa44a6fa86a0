using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Jobs;

/// <summary>
/// A job of this process itself. It kills nothing; its list shows all descendants of this process, also those whose parent has exited.
/// </summary>
/// <remarks>Jobs nest since Windows 8: the job of a server, which is created later, lies within.</remarks>
internal static class HostJob
{
    private const nint ThisProcess = -1;
    private static readonly object Gate = new();
    private static JobObject? _job;

    /// <summary>Puts this process into the job, for good. False if the system refuses.</summary>
    public static bool TryEnter()
    {
        lock (Gate)
        {
            if (_job is null && JobObject.TryCreate("job object of the host", out _, JobObject.BreakawayAllowed) is { } job)
            {
                _job = Kernel32.AssignProcessToJobObject(job.Handle, ThisProcess) ? job : null;
            }

            return _job is not null;
        }
    }

    /// <summary>The processes in the job; empty if there is none.</summary>
    public static IReadOnlyCollection<int> Processes() => _job?.Processes() ?? [];
}
