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

    /// <summary>From the call to the proof that all is gone.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>What contained the tree and how its end was waited for, in words.</summary>
    public string Mechanism { get; }

    /// <summary>Draws the tree: each process with how it ended, how long that took, and what found it.</summary>
    public override string ToString() => ReapReportText.Draw(this);
}
