using Microsoft.Extensions.Logging;
using TestReaper.Reaping;

namespace TestReaper.Servers.Starting;

/// <summary>Says now and then what a start is waiting for: a model of 29 GiB loads in silence otherwise.</summary>
internal sealed class ReadinessProgress(ServerProcess server, ServerLifetime run, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private TimeSpan _next = Interval;

    public void Report(TimeSpan elapsed, ReadinessResult last)
    {
        if (elapsed < _next)
        {
            return;
        }

        _next = elapsed + Interval;
        var living = run.Tree.Members.Where(member => !member.IsGone).ToList();
        var resident = living.Sum(member => member.ResidentPages) * Environment.SystemPageSize;
        logger.LogInformation(
            "Waiting for {Probe}: {Elapsed:0} s of {Timeout:0} s, {Processes}, {Resident:0.0} MiB resident; " +
            "last answer: {Answer}; last output: {Output}",
            run.Command.Mask.Mask(server.Options.Readiness.Description),
            elapsed.TotalSeconds,
            server.Options.StartupTimeout.TotalSeconds,
            ReapReportText.Count(living.Count),
            resident / 1024.0 / 1024.0,
            run.Command.Mask.Mask(last.Detail ?? "none"),
            run.Output.LastLine ?? "none");
    }
}
