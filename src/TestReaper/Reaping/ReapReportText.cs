using System.Globalization;
using TestReaper.Processes;
using TestReaper.Processes.Layers;

namespace TestReaper.Reaping;

internal static class ReapReportText
{
    public static string Draw(ReapReport report)
    {
        if (report.Processes.Count == 0)
        {
            return string.Join(Environment.NewLine, [$"Nothing to reap ({report.Mechanism}).", .. report.Spared]);
        }

        var killed = report.Processes.Count(process => process.WasKilled);
        var title = $"Reaped {Count(report.Processes.Count)} in {Seconds(report.Elapsed)}, " +
            $"{(killed == 0 ? "none" : killed)} of them by SIGKILL ({report.Mechanism})";
        var tree = TreeText.Draw(
            [.. report.Processes.Select(process => new TreeLine(
                process.ProcessId, process.ParentProcessId, process.CommandLine, Describe(process), Kind(process)))]);
        return string.Join(Environment.NewLine, [title, tree, .. report.Releases, .. report.Spared]);
    }

    public static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 1 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " s";

    public static string Count(int processes) => processes == 1 ? "1 process" : $"{processes} processes";

    // Of ten alike workers, the one that had to be killed is the one to look at.
    private static string Kind(ReapedProcess process) =>
        process.FoundBy + (process.WasKilled ? " killed" : process.Elapsed == TimeSpan.Zero ? " before" : " exited");

    private static string Describe(ReapedProcess process)
    {
        var end = process switch
        {
            { WasKilled: true } => $"killed, gone after {Seconds(process.Elapsed)}",
            { Elapsed: var elapsed } when elapsed == TimeSpan.Zero => "had exited before",
            _ => $"exited after {Seconds(process.Elapsed)}",
        };
        return process.FoundBy is TreeLayer.Root or TreeLayer.Parent ? end : $"{end}; had left its parent, found by {process.FoundBy}";
    }
}
