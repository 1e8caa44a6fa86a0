using System.Diagnostics.CodeAnalysis;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;

namespace TestReaper.Reaping;

/// <summary>What a <see cref="ProcessReaper"/> starts and records until its next reap. Its tree is sampled meanwhile.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "StopSampling disposes it.")]
internal sealed class Recording
{
    private readonly IProcessPlatform _platform;
    private readonly ProtectedScope _guard;
    private TreeSampler? _sampler;

    /// <param name="scope">What the started processes inherit.</param>
    /// <param name="tree">Ready to be scanned.</param>
    /// <param name="guard">Gets the roots and the shared memory of the tree.</param>
    /// <param name="platform">The operating system.</param>
    public Recording(string scope, TreeTracker tree, ProtectedScope guard, IProcessPlatform platform)
    {
        (Scope, Tree, _guard, _platform) = (scope, tree, guard, platform);
        Tree.MemoryFound = guard.AddMemory;
    }

    public string Scope { get; }

    public TreeTracker Tree { get; }

    public void AddRoot(ProcessIdentity root)
    {
        Tree.AddRoot(root);
        _guard.AddRoot(root);
    }

    /// <summary>Samples the tree from now on, often at first. Called for each new process, whose daemons may leave soon.</summary>
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

    /// <summary>Ends the samples: the reap makes its own scans, and must not wait for others.</summary>
    public void StopSampling()
    {
        _sampler?.Dispose();
        _sampler = null;
    }

    /// <summary>Nothing is left of the tree.</summary>
    public void End()
    {
        _guard.Release();
        LiveTrees.Remove(Tree);
        Tree.Dispose();
    }
}
