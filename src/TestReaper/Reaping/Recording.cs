using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;

namespace TestReaper.Reaping;

/// <summary>The processes that a <see cref="ProcessReaper"/> starts and records until its next reap. Samples their tree.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "StopSampling disposes it.")]
internal sealed class Recording
{
    private readonly IProcessPlatform _platform;
    private readonly ProtectedScope _protection;
    private TreeSampler? _sampler;

    /// <param name="scope">The scope id that the started processes inherit.</param>
    /// <param name="tree">Ready to be scanned.</param>
    /// <param name="protection">Gets the roots and the shared memory of the tree.</param>
    /// <param name="platform">The operating system.</param>
    public Recording(string scope, TreeTracker tree, ProtectedScope protection, IProcessPlatform platform)
    {
        (Scope, Tree, _protection, _platform) = (scope, tree, protection, platform);
        Tree.MemoryFound = protection.AddMemory;
    }

    public string Scope { get; }

    public TreeTracker Tree { get; }

    public void AddRoot(ProcessIdentity root)
    {
        Tree.AddRoot(root);
        _protection.AddRoot(root);
    }

    /// <summary>Samples the tree, often at first. Called for each new process, since its daemons may leave the tree soon.</summary>
    public void Sample()
    {
        if (_sampler is { } sampler)
        {
            sampler.Hasten();
        }
        else
        {
            _sampler = new TreeSampler(Tree, _platform);
        }
    }

    /// <summary>Ends the samples: the reap makes its own scans and must not wait for others.</summary>
    public void StopSampling()
    {
        _sampler?.Dispose();
        _sampler = null;
    }

    /// <summary>Nothing is left of the tree.</summary>
    public void End()
    {
        _protection.Remove();
        LiveTrees.Remove(Tree);
        Tree.Dispose();
    }
}
