using TestReaper.Reaping;

namespace TestReaper;

/// <summary>What a reap found and did.</summary>
public sealed class ReapReport
{
    internal ReapReport(
        IReadOnlyList<ReapedProcess> processes, TimeSpan elapsed, string mechanism, IReadOnlyList<ReleaseCondition>? releases = null)
    {
        Processes = processes;
        Elapsed = elapsed;
        Mechanism = mechanism;
        Releases = releases ?? [];
    }

    /// <summary>The processes that are gone now, roots first; empty if there was nothing to reap.</summary>
    public IReadOnlyList<ReapedProcess> Processes { get; }

    /// <summary>From the call to the proof that all is gone.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>
    /// In words: the layers that found the tree, what can escape them, and how exits were waited for (<c>pidfd</c>, or polling).
    /// </summary>
    public string Mechanism { get; }

    /// <summary>What the server held besides its processes, each with a verdict and a time; empty if it was not a server of ours.</summary>
    public IReadOnlyList<ReleaseCondition> Releases { get; }

    /// <summary>The processes of the tree that live on because <see cref="ReapOptions.Spare"/> names them or one above them.</summary>
    public IReadOnlyList<SparedProcess> Spared { get; internal init; } = [];

    /// <summary>Draws the tree: each process with how it ended, how long that took, and what found it.</summary>
    public override string ToString() => ReapReportText.Draw(this);

    /// <summary>This report and that of a reap that followed it.</summary>
    internal ReapReport With(ReapReport next) =>
        new([.. Processes, .. next.Processes], Elapsed + next.Elapsed, next.Mechanism, [.. Releases, .. next.Releases])
        {
            Spared = [.. Spared, .. next.Spared],
        };

    internal ReapReport With(IReadOnlyList<ReleaseCondition> releases, TimeSpan elapsed) =>
        new(Processes, elapsed, Mechanism, releases) { Spared = Spared };

    internal ReapReport With(IReadOnlyList<SparedProcess> spared) => new(Processes, Elapsed, Mechanism, Releases) { Spared = spared };
}
