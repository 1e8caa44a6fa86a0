using TestReaper.Gpu;
using TestReaper.Reaping;

namespace TestReaper;

/// <summary>What a reap found and did.</summary>
public sealed class ReapReport
{
    internal ReapReport(IReadOnlyList<ReapedProcess> processes, TimeSpan elapsed, string mechanism)
    {
        Processes = processes;
        Elapsed = elapsed;
        Mechanism = mechanism;
    }

    /// <summary>The processes that are gone now, roots first; empty if there was nothing to reap.</summary>
    public IReadOnlyList<ReapedProcess> Processes { get; }

    /// <summary>From the call until all processes are gone and the release conditions are checked.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>
    /// In words: the layers that found the tree, what can escape them, and how exits were waited for (<c>pidfd</c>, or polling).
    /// The same text as <see cref="Outcome"/> if no reap ran.
    /// </summary>
    public string Mechanism { get; }

    /// <summary>Why no reap ran, such as <c>there is no process 4711</c> or <c>nothing was recorded</c>; null if one ran.</summary>
    public string? Outcome { get; internal init; }

    /// <summary>What the tree held besides its processes, each with a verdict and a time; empty if nothing was checked.</summary>
    public IReadOnlyList<ReleaseCondition> Releases { get; internal init; } = [];

    /// <summary>The processes of the tree that live on because <see cref="ReapOptions.Spare"/> names them or one above them.</summary>
    public IReadOnlyList<SparedProcess> Spared { get; internal init; } = [];

    /// <summary>
    /// What the server cost; null for a tree that <see cref="ServerProcess"/> did not start, and if no reap ran.
    /// </summary>
    public ServerCost? Cost { get; internal set; }

    /// <summary>
    /// What happened when; null for a tree that <see cref="ServerProcess"/> did not start, and if no reap ran.
    /// </summary>
    public ServerTimeline? Timeline { get; internal set; }

    /// <summary>When the last process was gone, from the start of the reap; null if one is left.</summary>
    internal TimeSpan? GoneAfter { get; init; }

    /// <summary>
    /// What the processes did that had not stopped when the grace period was over, recorded before they were killed
    /// (<see cref="ServerProcessOptions.FlightRecorder"/>); null if nothing was recorded. Secrets are masked.
    /// </summary>
    public string? StacksFile { get; internal init; }

    /// <summary>The GPUs whose release failed the reap.</summary>
    internal IReadOnlyList<GpuFailedRelease> FailedGpus { get; init; } = [];

    /// <summary>Whether the reap failed: a process or a resource is left, or its absence could not be proved.</summary>
    internal bool IsFailure { get; init; }

    /// <summary>Draws the tree: each process with how it ended, how long that took, and the layer that found it.</summary>
    public override string ToString() => ReapReportText.Draw(this);
}
