using TestReaper.Processes;
using TestReaper.SharedMemory;

namespace TestReaper.Servers;

/// <summary>
/// Looks at the tree now and then while the server runs, often at first: that is when daemons leave, and once their parents
/// are dead only memory tells whose they are.
/// </summary>
internal sealed class TreeSampler : IAsyncDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MemoryBudget = TimeSpan.FromMilliseconds(100);
    private readonly TreeTracker _tree;
    private readonly SharedMemoryTracker _memory;
    private readonly Timer _timer;
    private TimeSpan _interval = First;

    public TreeSampler(TreeTracker tree, SharedMemoryTracker memory)
    {
        _tree = tree;
        _memory = memory;
        _timer = new Timer(_ => Sample());
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Returns when no sample is under way.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Sample()
    {
        try
        {
            _tree.Observe();
            _memory.Look(_tree.Members, MemoryBudget);
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
