using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>What the phases of one reap share: the last scan, the watch over exits, and the times.</summary>
internal sealed class ReapSession(ReapRequest request) : IDisposable
{
    // Most command lines are known from the samples. The others are read before the first signal, since some processes exit on it
    // at once. A read that blocks delays the signal by this much at most.
    private static readonly TimeSpan DescriptionBudget = TimeSpan.FromMilliseconds(100);

    // As in StopPhase: a process that is forked during the recording may lose its parent before the recording ends.
    private static readonly TimeSpan RecordingScanInterval = TimeSpan.FromSeconds(1);
    private readonly HashSet<ProcessIdentity> _watched = [];
    private volatile bool _graceEnded;
    private bool _hasScanned;

    public IProcessPlatform Platform => request.Platform;

    public TreeTracker Tree => request.Tree;

    public ReapOptions Options => request.Options;

    /// <inheritdoc cref="ReapRequest.WholeGracePeriod"/>
    public TimeSpan WholeGracePeriod => request.WholeGracePeriod;

    public Action? CloseInput => request.CloseInput;

    public ReapClock Clock { get; } = new(request.Time);

    public ReapRecord Record { get; } = new(request.Tree, request.Time);

    public ReapLog Log { get; } = new(SafeLogger.Around(request.Logger), request.Options);

    public ExitWatch Watch { get; } = request.Watch ?? request.Platform.Control.CreateExitWatch();

    public bool IsGraceEnded => _graceEnded;

    public Observation LastScan { get; private set; }

    /// <summary>Why the last scan failed; null if it succeeded.</summary>
    public string? ScanFailure { get; private set; }

    /// <summary>The file of <see cref="ReapRequest.BeforeKill"/>; null if nothing was recorded.</summary>
    public string? StacksFile { get; private set; }

    /// <summary>How long the recording took: no part of any timeout of the options.</summary>
    public TimeSpan RecordingTime { get; private set; }

    /// <summary>Records what the living members do, and scans the tree meanwhile.</summary>
    public void RecordHang(CancellationToken endGrace)
    {
        if (request.BeforeKill is not { } record || Record.Living.Count == 0)
        {
            return;
        }

        var start = Clock.Now;
        TreeMember[] living = [.. Record.Living];
        var recording = StandbyThread.Run(null, "TestReaper recording", () => record(living, endGrace));
        while (Task.WaitAny([recording], RecordingScanInterval) < 0)
        {
            Scan();
        }

        StacksFile = recording.GetAwaiter().GetResult();
        RecordingTime = Clock.Now - start;
        Scan();
    }

    /// <summary>Skips the rest of the grace period. Safe from any thread, at any time.</summary>
    public void EndGrace()
    {
        _graceEnded = true;
        Watch.Wake();
    }

    /// <summary>Scans all processes. Without descriptors or memory the result is unclean; no exception is thrown.</summary>
    /// <param name="isProof">Whether to read every process again, including those already classified as unrelated.</param>
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
            // The cause may be a lack of descriptors: the next scan can use the reserved ones.
            Platform.Control.FreeReserve();
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
