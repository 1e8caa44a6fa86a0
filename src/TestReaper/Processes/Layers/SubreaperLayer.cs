using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// An orphan that this process adopted as a subreaper. It carries no mark of a tree, so it is claimed only while this process
/// runs no other one, and never if it was of one that is done with, or was seen to be a child that this process has started itself.
/// </summary>
internal sealed class SubreaperLayer : TreeLayer, IDisposable
{
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> Born = [];
    private static int _trees;
    private readonly IProcessPlatform _platform;
    private bool _wasShared;
    private bool _disposed;

    public SubreaperLayer(IProcessPlatform platform)
        : base("subreaper")
    {
        _platform = platform;
        Interlocked.Increment(ref _trees);
    }

    /// <summary>Whether it could claim all that this process adopted, at every scan until now.</summary>
    public bool IsInForce => Subreaper.IsEnabled && !_wasShared && Volatile.Read(ref _trees) == 1;

    public override void BeginLook(TreeView view) => _wasShared |= Volatile.Read(ref _trees) != 1;

    /// <summary>
    /// Remembers children that this process forked: once the thread that forked one has ended, the child looks like an orphan.
    /// </summary>
    public override void Prepare(IReadOnlyList<ProcessEntry> candidates, TimeSpan? stallBudget)
    {
        if (!Subreaper.Adopts)
        {
            return;
        }

        foreach (var candidate in candidates)
        {
            var isUnknownChild = candidate.ParentPid == Environment.ProcessId && !Born.ContainsKey(candidate.Identity);
            if (isUnknownChild && _platform.WasBornHere(candidate.Pid))
            {
                Born[candidate.Identity] = true;
            }
        }
    }

    /// <summary>What this process starts by itself stays in its session, unless it moves; the platform knows those.</summary>
    public override bool? Claims(ProcessEntry candidate, TreeView view) =>
        Subreaper.IsEnabled
        && candidate.ParentPid == Environment.ProcessId
        && Volatile.Read(ref _trees) == 1
        && view.Snapshot.TryGet(Environment.ProcessId, out var host)
        && candidate.SessionId != host.SessionId
        && !Born.ContainsKey(candidate.Identity)
        && !LiveTrees.IsForgiven(candidate.Identity)
        && _platform.MayBeAdopted(candidate.Pid);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Interlocked.Decrement(ref _trees);
        }
    }
}
