using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

/// <summary>Samples a tree while its processes run; <see cref="HostSampler"/> explains why and how often.</summary>
internal sealed class TreeSampler : IDisposable
{
    private readonly TreeTracker _tree;
    private readonly HostSampler _sampler;

    public TreeSampler(TreeTracker tree, IProcessPlatform platform)
    {
        (_tree, _sampler) = (tree, HostSampler.For(platform));
        _sampler.Add(tree);
    }

    /// <summary>Samples often again: a process of the tree was started.</summary>
    public void Hasten() => _sampler.Hasten();

    /// <summary>Ends the sampling of this tree, without waiting for a sample that is under way.</summary>
    public void Dispose() => _sampler.Remove(_tree);
}
