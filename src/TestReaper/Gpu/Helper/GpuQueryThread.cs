using TestReaper.Platform;

namespace TestReaper.Gpu.Helper;

/// <summary>
/// Queries the drivers on a thread of this process, where no helper process can be started. A thread that hangs is not replaced: another
/// one would hang in the same lock. Its answer, if it comes, is discarded, since it shows the state of an earlier moment.
/// </summary>
internal sealed class GpuQueryThread(GpuRoots roots)
{
    private readonly GpuSources _sources = new(roots);
    private Task<GpuReading>? _running;

    public GpuReading? TryRead(TimeSpan limit, out string failure)
    {
        failure = GpuReading.NoAnswerText(limit);
        var start = Stopwatch.GetTimestamp();
        if (_running is { IsCompleted: false } earlier && !Wait(earlier, limit))
        {
            return null;
        }

        var left = limit - Stopwatch.GetElapsedTime(start);
        _running = Start();
        return Wait(_running, left > TimeSpan.Zero ? left : TimeSpan.Zero) ? _running.Result : null;
    }

    private Task<GpuReading> Start()
    {
        var done = new TaskCompletionSource<GpuReading>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = BackgroundThread.TryStart("TestReaper GPU queries", () => done.SetResult(_sources.Read()));
        if (thread is null)
        {
            done.SetResult(GpuReading.Failed(GpuFaultKind.NoAnswer, "The GPU drivers cannot be queried: the system refuses a thread."));
        }

        return done.Task;
    }

    private static bool Wait(Task task, TimeSpan limit) => task.Wait(limit);
}
