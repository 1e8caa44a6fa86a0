using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers;

/// <summary>
/// Looks at the tree now and then while the server runs, often at first: that is when daemons leave, and once their parents
/// are dead only memory tells whose they are.
/// </summary>
internal sealed class TreeSampler : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromSeconds(1);
    private readonly TreeTracker _tree;
    private readonly Timer _timer;
    private TimeSpan _interval = First;

    public TreeSampler(TreeTracker tree)
    {
        _tree = tree;
        _timer = new Timer(_ => Sample());
        MemoryAlarm.Add(tree, ProcessPlatform.Current);
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does not wait for a sample that is under way.</summary>
    public void Dispose()
    {
        MemoryAlarm.Remove(_tree);
        _timer.Dispose();
    }

    private void Sample()
    {
        try
        {
            _tree.Observe();
            _tree.LookAtMemory();
        }
        catch (IOException)
        {
            // Out of descriptors for a moment: the next look may do better, and the reap's own must.
        }

        _interval = _interval * 1.25 < Longest ? _interval * 1.25 : Longest;
        try
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The reap has begun.
        }
    }
}
