using TestReaper.Processes;
using TestReaper.Processes.Layers;
using TestReaper.Reaping.Costs;
using TestReaper.Reaping.Release;

namespace TestReaper.Reaping;

/// <summary>Renders reports, and the counts and durations in all messages of this library.</summary>
internal static class ReapReportText
{
    public static string Draw(ReapReport report)
    {
        var killed = report.Processes.Count(process => process.WasKilled);
        var title = report switch
        {
            { Processes.Count: 0, IsFailure: true } => $"Reaped no process in {Seconds(report.Elapsed)} ({report.Mechanism})",
            { Processes.Count: 0 } => $"Nothing to reap ({report.Outcome ?? report.Mechanism}).",
            _ => $"Reaped {Count(report.Processes.Count)} in {Seconds(report.Elapsed)}, " +
                $"{(killed == 0 ? "none" : killed)} of them by SIGKILL ({report.Mechanism})",
        };
        string[] tree = report.Processes.Count == 0 ? [] : [TreeText.Draw([.. report.Processes.Select(ToLine)])];
        string[] stacks = report.StacksFile is { } file ? [$"It did not stop within the grace period. What it did then: {file}"] : [];
        string[] more =
        [
            .. ReleaseText.Lines(report.Releases), .. report.Spared.Select(one => $"{one}"), .. stacks, .. CostText.Lines(report),
        ];
        return string.Join(Environment.NewLine, [title, .. tree, .. more]);
    }

    public static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 1 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " s";

    public static string Count(int processes) => processes == 1 ? "1 process" : $"{processes} processes";

    // Lines of one kind are grouped. Of ten equal workers, the one that had to be killed keeps a line of its own.
    private static TreeLine ToLine(ReapedProcess process)
    {
        var (kind, end) = process switch
        {
            { WasKilled: true } => ("killed", $"killed, gone after {Seconds(process.Elapsed)}"),
            { Elapsed: var elapsed } when elapsed == TimeSpan.Zero => ("before", "had exited before"),
            _ => ("exited", $"exited after {Seconds(process.Elapsed)}"),
        };
        var hasParent = process.FoundBy is TreeLayer.Root or TreeLayer.Parent;
        return new TreeLine(
            process.ProcessId,
            process.ParentProcessId,
            process.CommandLine,
            hasParent ? end : $"{end}; had left its parent, found by {process.FoundBy}",
            $"{process.FoundBy} {kind}");
    }
}
