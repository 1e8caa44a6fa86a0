using TestReaper.CrashProtection;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;

namespace TestReaper.Reaping;

/// <summary>The processes that a <see cref="ProcessReaper"/> starts and records until its next reap. Samples their tree.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "StopSampling disposes it.")]
internal sealed class Recording(TreeTracker tree, ProtectedScope protection, GpuObservation gpu, IProcessPlatform platform)
{
    private readonly CancellationTokenSource _graceEnd = new();
    private TreeSampler? _sampler;

    public TreeTracker Tree => tree;

    /// <summary>Which GPUs the tree uses.</summary>
    public GpuObservation Gpu => gpu;

    /// <summary>The owner of the tree.</summary>
    public TreeOwner? Owner { get; init; }

    /// <summary>Ends the grace period of each reap of this tree.</summary>
    public CancellationToken GraceEnd => _graceEnd.Token;

    /// <summary>The scope id that the started processes inherit.</summary>
    public string Scope => protection.Scope;

    /// <summary>Adds a process, with what it has started so far.</summary>
    public void AddRoot(ProcessIdentity root)
    {
        _ = tree.Containment.Container?.TryAdd(root);
        tree.AddRoot(root);
        protection.AddRoot(root);
        if (tree.Containment.Container is { } container)
        {
            tree.Observe();
            foreach (var member in tree.Members.Where(member => !member.IsRoot))
            {
                _ = container.TryAdd(member.Identity);
            }
        }
    }

    /// <summary>Ends the grace period of a reap that is under way, and of later ones.</summary>
    public void EndGrace() => _graceEnd.Cancel();

    /// <summary>Samples the tree, often at first. Called for each new process, since its daemons may leave the tree soon.</summary>
    public void Sample()
    {
        _sampler ??= new TreeSampler(tree, platform);
        _sampler.Hasten();
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
        protection.Remove();
        GpuLeaks.Remove(tree);
        _ = tree.Containment.Container?.TryRemove();
        LiveTrees.Remove(tree);
        tree.Dispose();
    }
}
