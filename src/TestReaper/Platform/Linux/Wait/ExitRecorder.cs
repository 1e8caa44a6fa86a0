using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>
/// Waits for the exit of one child on a separate thread, without collecting it, when other code may collect it first: the runtime
/// collects every child if it is process 1, or if SIGCHLD was ignored when it started. The exit wakes this thread directly; the handler of
/// the runtime needs two more threads, so this thread is usually first. Only for kernels without <see cref="PidfdExit"/>.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It has no kernel handle.")]
internal sealed class ExitRecorder
{
    private const int SigChld = 17;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private readonly ManualResetEventSlim _ended = new();
    private ExitStatus? _exit;

    /// <summary>Whether other code may collect the children of this process.</summary>
    internal static bool IsNeeded { get; } = !PidfdExit.IsAvailable && (Environment.ProcessId == 1 || IgnoresChildren());

    /// <summary>Null if no thread can be created.</summary>
    internal static ExitRecorder? TryStart(WaitTarget child)
    {
        var recorder = new ExitRecorder();
        return BackgroundThread.TryStart("TestReaper exit", () => recorder.Wait(child), 256 * 1024) is null ? null : recorder;
    }

    /// <summary>The recorded exit, once the child is collected; null if the recorder was too late.</summary>
    internal ExitStatus? Exit() => _ended.Wait(Patience) ? _exit : null;

    private void Wait(WaitTarget child)
    {
        _exit = child.Wait(WaitTarget.Peek);
        _ended.Set();
    }

    private static bool IgnoresChildren() =>
        ulong.TryParse(
            ProcStatus.Read(Environment.ProcessId, "SigIgn:"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ignored)
        && (ignored & (1UL << (SigChld - 1))) != 0;
}
