using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

/// <summary>
/// Requests a scan when shared memory appears, since its creator may be gone before the next regular one. While only objects of
/// unrelated processes appear, the pause between two scans grows to half a second.
/// </summary>
/// <param name="memory">Reports what appears.</param>
/// <param name="scan">Scans the trees. Returns whether shared memory of one of them was found.</param>
internal sealed class MemoryAlarm(ISharedMemory memory, Func<bool> scan)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10), Longest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when what appears from now on is noticed.</summary>
    internal Task Watching => _watching.Task;

    /// <summary>Runs as long as this process. Sleeps while nothing appears.</summary>
    public void Run()
    {
        using var hasAppeared = new AutoResetEvent(initialState: false);
        memory.OnAppeared(() => hasAppeared.Set());
        _watching.SetResult();
        for (var pause = First; ;)
        {
            if (!hasAppeared.WaitOne(Quiet))
            {
                pause = First;
                hasAppeared.WaitOne();
            }

            pause = scan() ? First : pause * 2 < Longest ? pause * 2 : Longest;
            ThreadPause.For(pause);
        }
    }
}
