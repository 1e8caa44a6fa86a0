using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

/// <summary>
/// Samples a tree while its processes run, often at first: daemons leave during start-up, and once their parents are dead, only earlier
/// samples show to which tree they belong. See <see cref="HostSampler"/>.
/// </summary>
internal sealed class TreeSampler : IDisposable
{
    private readonly TreeTracker _tree;
    private readonly HostSampler _sampler;

    public TreeSampler(TreeTracker tree, IProcessPlatform platform)
    {
        _tree = tree;
        _sampler = HostSampler.For(platform);
        _sampler.Add(tree);
        MemoryAlarm.Add(tree, platform);
    }

    /// <summary>Samples often again: a process of the tree was started.</summary>
    public void Hasten() => _sampler.Hasten();

    /// <summary>
    /// Ends the sampling of this tree. Does not wait: a sample that is under way holds the tree's lock for a bounded time.
    /// </summary>
    public void Dispose()
    {
        MemoryAlarm.Remove(_tree);
        _sampler.Remove(_tree);
    }
}
