using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// An orphan that this process adopted as a subreaper. It carries no mark of a tree, so it is claimed only while this process
/// runs no other one, and never if it was of one that is done with.
/// </summary>
internal sealed class SubreaperLayer : TreeLayer, IDisposable
{
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

    /// <summary>Whether it could claim all that this process adopted, at every look until now.</summary>
    public bool IsInForce => Subreaper.IsEnabled && !_wasShared && Volatile.Read(ref _trees) == 1;

    public override void BeginLook(TreeView view) => _wasShared |= Volatile.Read(ref _trees) != 1;

    /// <summary>What this process starts by itself stays in its session, unless it moves; the platform knows those.</summary>
    public override bool? Claims(ProcessEntry candidate, TreeView view) =>
        Subreaper.IsEnabled
        && candidate.ParentPid == Environment.ProcessId
        && Volatile.Read(ref _trees) == 1
        && view.Snapshot.TryGet(Environment.ProcessId, out var host)
        && candidate.SessionId != host.SessionId
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
