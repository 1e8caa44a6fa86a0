using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// An orphan that this process adopted as a subreaper. It carries no mark of a tree, so it is claimed only while this process runs one
/// tree, and never if it was a member of a reaped tree or may descend from what this process started itself.
/// </summary>
/// <remarks>
/// The kernel does not distinguish an adopted child from one that was forked here. A child that was forked here is in the session of
/// this process, or leads its own. So a child in another session is an orphan and is claimed, unless a child outside all trees leads
/// that session, or a scan saw it below an unrelated process. A session leader is not claimed, see <see cref="LeftAlone"/>; where only
/// the runtime starts children (<see cref="Subreaper.IsAlone"/>), a leader is an orphan as well.
/// </remarks>
internal sealed class SubreaperLayer : TreeLayer, IDisposable
{
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> ForkedHere = [];
    private static int _trees;
    private readonly IProcessPlatform _platform;
    private readonly UnrelatedOrphans _unrelated = new();
    private bool _wasShared;
    private bool _disposed;

    public SubreaperLayer(IProcessPlatform platform)
        : base("subreaper")
    {
        _platform = platform;
        Interlocked.Increment(ref _trees);
    }

    /// <summary>Whether each scan until now could claim all that this process adopted.</summary>
    public bool IsInForce => Subreaper.IsEnabled && !_wasShared && Volatile.Read(ref _trees) == 1;

    /// <summary>Children that lead a session and carry no mark: orphans of the tree, or started here by native code.</summary>
    public IReadOnlyList<int> LeftAlone { get; private set; } = [];

    /// <summary>Remembers what was forked here, and its descendants: when the thread or the parent ends, they look like orphans.</summary>
    public override void Prepare(IReadOnlyList<ProcessEntry> candidates, TreeView view, TimeSpan? stallBudget)
    {
        _wasShared |= Volatile.Read(ref _trees) != 1;
        if (!Subreaper.Adopts)
        {
            return;
        }

        foreach (var candidate in candidates)
        {
            var isUnknownChild = candidate.ParentPid == Environment.ProcessId && !ForkedHere.ContainsKey(candidate.Identity);
            if (isUnknownChild && _platform.Children.IsStartedHere(candidate.Pid))
            {
                ForkedHere[candidate.Identity] = true;
            }
        }

        if (Subreaper.IsEnabled && !Subreaper.IsAlone)
        {
            _unrelated.Update(candidates, view);
            LeftAlone = [.. candidates
                .Where(candidate => !candidate.IsGone && UnrelatedOrphans.IsLeader(candidate) && MayBeOrphan(candidate))
                .Select(candidate => candidate.Pid)];
        }
    }

    /// <summary>A child that this process started stays in its session, unless it moves; the platform knows those that do.</summary>
    public override bool? Claims(ProcessEntry candidate, TreeView view) =>
        Subreaper.IsEnabled
        && candidate.ParentPid == Environment.ProcessId
        && Volatile.Read(ref _trees) == 1
        && view.Snapshot.TryGet(Environment.ProcessId, out var host)
        && candidate.SessionId != host.SessionId
        && (Subreaper.IsAlone || !_unrelated.Contains(candidate))
        && MayBeOrphan(candidate);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Interlocked.Decrement(ref _trees);
        }
    }

    private bool MayBeOrphan(ProcessEntry candidate) =>
        !ForkedHere.ContainsKey(candidate.Identity)
        && !LiveTrees.IsExcluded(candidate.Identity)
        && _platform.Children.MayBeAdopted(candidate.Pid);
}
