namespace TestReaper.Reaping;

/// <summary>The one place that builds a <see cref="ReapReport"/>.</summary>
internal static class ReapReportBuilder
{
    /// <summary>The report of a call that had nothing to do.</summary>
    /// <param name="outcome">The reason, for <see cref="ReapReport.Outcome"/>.</param>
    public static ReapReport WithoutReap(string outcome) => new([], TimeSpan.Zero, outcome) { Outcome = outcome };

    /// <summary>What has happened up to now in a reap.</summary>
    /// <param name="session">The reap.</param>
    /// <param name="isFailure">Whether a process is left, or its absence could not be proved.</param>
    public static ReapReport FromSession(ReapSession session, bool isFailure = false)
    {
        var (tree, record) = (session.Tree, session.Record);
        var polled = record.PolledCount > 0 ? $", {record.PolledCount} of {record.Count} processes looked for in /proc" : "";
        return new ReapReport(record.ListGone(), session.Clock.Now, $"{tree.Layers}; {session.Platform.Control.WaitMechanism}{polled}")
        {
            Spared = SparedProcess.FromTree(tree, session.Platform, tree.Mask),
            IsFailure = isFailure,
        };
    }

    /// <summary>Adds release conditions. A fatal one makes the report that of a failure.</summary>
    /// <param name="report">The report up to now.</param>
    /// <param name="conditions">The conditions that were checked.</param>
    /// <param name="elapsed">The time of the whole reap; null if it stays.</param>
    public static ReapReport AddReleases(ReapReport report, IEnumerable<ReleaseCondition> conditions, TimeSpan? elapsed = null)
    {
        ReleaseCondition[] added = [.. conditions];
        return Join(report, new ReapReport([], (elapsed ?? report.Elapsed) - report.Elapsed, report.Mechanism)
        {
            Releases = added,
            IsFailure = Array.Exists(added, condition => condition.IsFatal),
        });
    }

    /// <summary>Joins the reports of two reaps, in the order in which they ran.</summary>
    public static ReapReport Join(ReapReport first, ReapReport second) =>
        new([.. first.Processes, .. second.Processes], first.Elapsed + second.Elapsed, second.Mechanism)
        {
            Releases = [.. first.Releases, .. second.Releases],
            Spared = [.. first.Spared, .. second.Spared],
            IsFailure = first.IsFailure || second.IsFailure,
        };
}
