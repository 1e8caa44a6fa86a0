using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers;

/// <summary>
/// Scans the trees of all servers when shared memory appears, since its creator may be gone before the next sample. One thread,
/// which sleeps while nothing appears; while only objects of others appear, the pause between two scans grows to half a second.
/// </summary>
internal static class MemoryAlarm
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10), Longest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly object Gate = new();
    private static readonly HashSet<TreeTracker> Trees = [];
    private static readonly AutoResetEvent HasAppeared = new(initialState: false);
    private static readonly TaskCompletionSource Watch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static bool _isWatching;

    /// <summary>Completes when what appears from now on is noticed.</summary>
    internal static Task Watching => Watch.Task;

    public static void Add(TreeTracker tree, IProcessPlatform platform)
    {
        lock (Gate)
        {
            Trees.Add(tree);
            if (!_isWatching && platform.SharedMemory is { } memory)
            {
                _isWatching = true;
                new Thread(() => Run(memory)) { IsBackground = true, Name = "TestReaper shared memory" }.Start();
            }
        }
    }

    public static void Remove(TreeTracker tree)
    {
        lock (Gate)
        {
            Trees.Remove(tree);
        }
    }

    private static void Run(ISharedMemory memory)
    {
        memory.OnAppeared(static () => HasAppeared.Set());
        Watch.TrySetResult();
        for (var pause = First; ;)
        {
            if (!HasAppeared.WaitOne(Quiet))
            {
                pause = First;
                HasAppeared.WaitOne();
            }

            pause = Look() ? First : pause * 2 < Longest ? pause * 2 : Longest;
            Thread.Sleep(pause);
        }
    }

    /// <summary>Whether something was a server's.</summary>
    private static bool Look()
    {
        TreeTracker[] trees;
        lock (Gate)
        {
            trees = [.. Trees];
        }

        var hasFound = false;
        foreach (var tree in trees)
        {
            try
            {
                tree.Observe();
                hasFound |= tree.ScanMemory();
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or OutOfMemoryException)
            {
                // It is being reaped, or this process is out of descriptors: the reap does its own scan.
            }
        }

        return hasFound;
    }
}
