using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers;

/// <summary>
/// Samples a tree while its server runs, often at first: that is when daemons leave, and once their parents are dead only what
/// was remembered says whose they are. One scan of <see cref="HostSampler"/> serves the trees of all servers.
/// </summary>
internal sealed class TreeSampler : IDisposable
{
    private readonly TreeTracker _tree;

    public TreeSampler(TreeTracker tree, IProcessPlatform? platform = null)
    {
        _tree = tree;
        platform ??= ProcessPlatform.Current;
        HostSampler.Of(platform).Add(tree);
        MemoryAlarm.Add(tree, platform);
    }

    /// <summary>
    /// Ends the sampling of this tree. Does not wait: a sample that is under way holds the tree's lock for a bounded time.
    /// </summary>
    public void Dispose()
    {
        MemoryAlarm.Remove(_tree);
        HostSampler.Remove(_tree);
    }
}
