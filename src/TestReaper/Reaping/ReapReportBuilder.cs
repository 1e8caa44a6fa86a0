using TestReaper.Gpu;

namespace TestReaper.Reaping;

/// <summary>The one place that builds a <see cref="ReapReport"/>.</summary>
internal static class ReapReportBuilder
{
    /// <summary>The report of a call that had nothing to do, with the reason.</summary>
    public static ReapReport WithoutReap(string outcome) => new([], TimeSpan.Zero, outcome) { Outcome = outcome };

    /// <summary>What has happened in a reap until now. It has failed if a process is left, or its absence could not be proved.</summary>
    public static ReapReport FromSession(ReapSession session, bool isFailure = false)
    {
        var (tree, record) = (session.Tree, session.Record);
        var polled = record.PolledCount > 0 ? $", {record.PolledCount} of {record.Count} processes looked for in /proc" : "";
        var now = session.Clock.Now;
        return new ReapReport(record.ListGone(), now, $"{tree.Layers}; {session.Platform.Control.WaitMechanism}{polled}")
        {
            Spared = SparedProcess.FromTree(tree, session.Platform),
            StacksFile = session.StacksFile,
            IsFailure = isFailure,
            GoneAfter = isFailure ? null : now,
        };
    }

    /// <summary>Adds release conditions; a fatal one makes the reap fail. Null keeps the elapsed time.</summary>
    public static ReapReport AddReleases(
        ReapReport report,
        IEnumerable<ReleaseCondition> conditions,
        TimeSpan? elapsed = null,
        IReadOnlyList<GpuFailedRelease>? failedGpus = null)
    {
        ReleaseCondition[] added = [.. conditions];
        return Join(report, new ReapReport([], (elapsed ?? report.Elapsed) - report.Elapsed, report.Mechanism)
        {
            Releases = added,
            FailedGpus = failedGpus ?? [],
            IsFailure = Array.Exists(added, condition => condition.IsFatal),
        });
    }

    /// <summary>Joins the reports of two reaps, in the order in which they ran.</summary>
    public static ReapReport Join(ReapReport first, ReapReport second) =>
        new([.. first.Processes, .. second.Processes], first.Elapsed + second.Elapsed, second.Mechanism)
        {
            Releases = [.. first.Releases, .. second.Releases],
            Spared = [.. first.Spared, .. second.Spared],
            FailedGpus = [.. first.FailedGpus, .. second.FailedGpus],
            IsFailure = first.IsFailure || second.IsFailure,
            GoneAfter = second.GoneAfter ?? first.GoneAfter,
            Cost = second.Cost ?? first.Cost,
            Timeline = second.Timeline ?? first.Timeline,
            StacksFile = first.StacksFile ?? second.StacksFile,
        };
}
