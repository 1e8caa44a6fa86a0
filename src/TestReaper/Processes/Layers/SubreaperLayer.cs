using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// An orphan that this process adopted as a subreaper. It carries no mark of a tree, so it is claimed only while this process
/// runs no other one, and never if it was of one that is done with, or may be of what this process has started itself.
/// </summary>
/// <remarks>
/// The kernel does not tell a child that was adopted from one that was born here. A child that was born here is in the session of
/// this process, or leads its own. So one in the session of another is an orphan, and is claimed, unless a child that is in no tree
/// leads that session or it was seen below a stranger. A session leader is left alone, see <see cref="LeftAlone"/>; where only the
/// runtime starts children (<see cref="Subreaper.IsAlone"/>) it is an orphan, too.
/// </remarks>
internal sealed class SubreaperLayer : TreeLayer, IDisposable
{
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> Born = [];
    private static int _trees;
    private readonly IProcessPlatform _platform;
    private readonly OrphanStrangers _strangers = new();
    private TreeView? _view;
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

    /// <summary>The children that lead a session and carry no mark: orphans of the tree, or started here by native code.</summary>
    public IReadOnlyList<int> LeftAlone { get; private set; } = [];

    public override void BeginLook(TreeView view)
    {
        _view = view;
        _wasShared |= Volatile.Read(ref _trees) != 1;
    }

    /// <summary>Remembers who was born here, or below such a one: when the thread or the parent ends, it looks like an orphan.</summary>
    public override void Prepare(IReadOnlyList<ProcessEntry> candidates, TimeSpan? stallBudget)
    {
        if (!Subreaper.Adopts)
        {
            return;
        }

        foreach (var candidate in candidates)
        {
            var isUnknownChild = candidate.ParentPid == Environment.ProcessId && !Born.ContainsKey(candidate.Identity);
            if (isUnknownChild && _platform.Children.IsStartedHere(candidate.Pid))
            {
                Born[candidate.Identity] = true;
            }
        }

        if (Subreaper.IsEnabled && !Subreaper.IsAlone && _view is { } view)
        {
            _strangers.Learn(candidates, view);
            LeftAlone = [.. candidates
                .Where(candidate => !candidate.IsGone && OrphanStrangers.IsLeader(candidate) && MayBeOrphan(candidate))
                .Select(candidate => candidate.Pid)];
        }
    }

    /// <summary>What this process starts by itself stays in its session, unless it moves; the platform knows those.</summary>
    public override bool? Claims(ProcessEntry candidate, TreeView view) =>
        Subreaper.IsEnabled
        && candidate.ParentPid == Environment.ProcessId
        && Volatile.Read(ref _trees) == 1
        && view.Snapshot.TryGet(Environment.ProcessId, out var host)
        && candidate.SessionId != host.SessionId
        && (Subreaper.IsAlone || !_strangers.Contains(candidate))
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
        !Born.ContainsKey(candidate.Identity) && !LiveTrees.IsExcluded(candidate.Identity) && _platform.Children.MayBeAdopted(candidate.Pid);
}
