using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>Warns once that a kill takes long, as sglang's kill_process_tree does (sgl-project/sglang #26964).</summary>
internal sealed class ReapLog(ILogger logger, ReapOptions options)
{
    private readonly TimeSpan _warnAfter = Durations.ToWarning(options.Timeout);
    private bool _warned;

    public TimeSpan TimeToWarning(TimeSpan elapsed) => _warned ? TimeSpan.MaxValue : _warnAfter - elapsed;

    public void WarnIfSlow(TimeSpan elapsed, IReadOnlyCollection<TreeMember> living)
    {
        if (_warned || elapsed < _warnAfter)
        {
            return;
        }

        _warned = true;
        logger.LogWarning(
            "{Count} not gone {Elapsed} after SIGKILL, waiting up to {Timeout} in all: pid {Pids}",
            ReapReportText.Count(living.Count),
            ReapReportText.Seconds(elapsed),
            ReapReportText.Seconds(options.Timeout),
            string.Join(", ", living.Take(10).Select(member => member.Identity.Pid)) + (living.Count > 10 ? ", ..." : ""));
    }
}
