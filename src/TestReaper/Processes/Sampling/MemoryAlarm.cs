using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

/// <summary>
/// Requests a scan from <see cref="HostSampler"/> when shared memory appears, since its creator may be gone before the next regular one.
/// One thread, which sleeps while nothing appears; while only objects of unrelated processes appear, the pause between two scans
/// grows to half a second.
/// </summary>
internal static class MemoryAlarm
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10), Longest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly object Gate = new();
    private static readonly Dictionary<TreeTracker, IProcessPlatform> Trees = [];
    private static readonly AutoResetEvent HasAppeared = new(initialState: false);
    private static readonly TaskCompletionSource Started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static bool _isWatching;

    /// <summary>Completes when what appears from now on is noticed.</summary>
    internal static Task Watching => Started.Task;

    public static void Add(TreeTracker tree, IProcessPlatform platform)
    {
        lock (Gate)
        {
            Trees[tree] = platform;
            if (!_isWatching && platform.SharedMemory is { } memory)
            {
                // Without a thread the regular scans find what they can; the next start tries again.
                _isWatching = SamplingThread.TryStart("TestReaper shared memory", () => Run(memory));
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
        Started.TrySetResult();
        for (var pause = First; ;)
        {
            if (!HasAppeared.WaitOne(Quiet))
            {
                pause = First;
                HasAppeared.WaitOne();
            }

            pause = Scan() ? First : pause * 2 < Longest ? pause * 2 : Longest;
            ThreadPause.For(pause);
        }
    }

    /// <summary>Whether a tree has more shared memory than before. Each tree searches for its memory when it is sampled.</summary>
    private static bool Scan()
    {
        KeyValuePair<TreeTracker, IProcessPlatform>[] trees;
        lock (Gate)
        {
            trees = [.. Trees];
        }

        var before = trees.Sum(static tree => tree.Key.FoundMemoryCount);
        foreach (var group in trees.GroupBy(static tree => tree.Value, static tree => tree.Key))
        {
            HostSampler.For(group.Key).SampleNow([.. group], IsAdded);
        }

        return trees.Sum(static tree => tree.Key.FoundMemoryCount) > before;
    }

    private static bool IsAdded(TreeTracker tree)
    {
        lock (Gate)
        {
            return Trees.ContainsKey(tree);
        }
    }
}
