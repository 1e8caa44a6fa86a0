using TestReaper.Reaping;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Logs every 5 s what a start waits for: a server may load a model for minutes without any output.</summary>
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
        var living = run.LivingMembers;
        var resident = living.Sum(member => member.LastEntry.ResidentPages) * Environment.SystemPageSize;
        logger.LogInformation(
            "Waiting for {Probe}: {Elapsed:0} s of {Timeout:0} s, {Processes}, {Resident:0.0} MiB resident; " +
            "last answer: {Answer}; last output: {Output}",
            run.Command.Mask.Mask(ProbeDescription.Of(server.Options.Readiness)),
            elapsed.TotalSeconds,
            server.Options.StartupTimeout.TotalSeconds,
            ReapReportText.Count(living.Length),
            resident / 1024.0 / 1024.0,
            run.Command.Mask.Mask(last.Detail ?? "none"),
            run.Output.Tail.LastOrDefault("none"));
    }
}
