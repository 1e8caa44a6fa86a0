using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>What the phases of one reap share: the last scan, the watch over exits, and the times.</summary>
internal sealed class ReapSession : IDisposable
{
    // Most command lines are known from the samples. The others are read before the first signal, which ends some processes at
    // once; a process that does not let itself be read holds the signal up no longer than this.
    private static readonly TimeSpan DescriptionBudget = TimeSpan.FromMilliseconds(100);
    private readonly HashSet<ProcessIdentity> _watched = [];
    private volatile bool _graceEnded;
    private bool _hasScanned;

    public ReapSession(ReapRequest request)
    {
        Platform = request.Platform;
        Tree = request.Tree;
        Options = request.Options;
        CloseInput = request.CloseInput;
        Clock = new ReapClock(request.Time);
        Record = new ReapRecord(Platform, Tree, Tree.Mask, Clock);
        Log = new ReapLog(SafeLogger.Around(request.Logger), Options);
        Watch = request.Watch ?? Platform.Control.CreateExitWatch();
    }

    public IProcessPlatform Platform { get; }

    public TreeTracker Tree { get; }

    public ReapOptions Options { get; }

    public Action? CloseInput { get; }

    public ReapClock Clock { get; }

    public ReapRecord Record { get; }

    public ReapLog Log { get; }

    public ExitWatch Watch { get; }

    /// <summary>Whether the caller has asked for the kill at once.</summary>
    public bool IsGraceEnded => _graceEnded;

    /// <summary>What the last scan found.</summary>
    public Observation LastScan { get; private set; }

    /// <summary>Why the last scan could not be made; null if it was made.</summary>
    public string? ScanFailure { get; private set; }

    /// <summary>Goes on to SIGKILL at once. May be called from any thread, at any time.</summary>
    public void EndGrace()
    {
        _graceEnded = true;
        Watch.Wake();
    }

    /// <summary>Reads all processes. A host without descriptors or memory gets an unclean result, not an exception.</summary>
    /// <param name="isProof">Whether to read everything, also what cannot belong to the tree by all that is known.</param>
    public Observation Scan(bool isProof = false)
    {
        Observation seen;
        try
        {
            seen = Tree.Observe(keepGone: true, isProof);
            Tree.ReadCommandLines(DescriptionBudget);
            ScanFailure = null;
        }
        catch (Exception error) when (error is IOException or OutOfMemoryException)
        {
            ScanFailure = error.Message;
            seen = new Observation(Tree.CountLivingByHandle(), IsClean: false);
        }

        if (!seen.IsClean)
        {
            // It may have been for want of descriptors: the next scan gets those that were set aside.
            Platform.Control.ReleaseReserve();
        }

        Record.Update();
        Tree.ScanMemory(isThorough: !_hasScanned);
        _hasScanned = true;
        return LastScan = seen;
    }

    /// <summary>Adds a process to the watch, once.</summary>
    public void WatchExit(TreeMember member)
    {
        if (_watched.Add(member.Identity))
        {
            Watch.Add(member.Handle);
        }
    }

    public void Dispose() => Watch.Dispose();
}
