using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>The words of a failed reap: what is left, why, and what to do.</summary>
internal static class ReapFailure
{
    public static ReapTimeoutException Survivors(ReapRecord record, IProcessPlatform platform, ReapOptions options)
    {
        SurvivingProcess[] survivors = [.. record.Living.Select(member => Describe(member, record, platform))];
        var report = record.ToReport();
        var lines = survivors.Take(20).Select(survivor => "  " + survivor);
        var message =
            $"{ReapReportText.Count(survivors.Length)} not gone {ReapReportText.Seconds(options.Timeout)} after SIGKILL:{Environment.NewLine}" +
            string.Join(Environment.NewLine, lines) +
            (survivors.Length > 20 ? $"{Environment.NewLine}  ... and {survivors.Length - 20} more" : "") +
            $"{Environment.NewLine}{Advice(survivors)}{Environment.NewLine}{report}";
        return new ReapTimeoutException(message, survivors, report);
    }

    public static ReapTimeoutException Incomplete(ReapRecord record, ReapOptions options)
    {
        var report = record.ToReport();
        return new ReapTimeoutException(
            $"Containment incomplete: for {ReapReportText.Seconds(options.Timeout)} new processes kept starting and dying before it could be read " +
            "whose they were. Nothing living of the tree is in sight, but that nothing is left cannot be proved. " +
            $"Look for a process that forks without end, or raise ReapOptions.Timeout on a very busy machine.{Environment.NewLine}{report}",
            [],
            report);
    }

    private static SurvivingProcess Describe(TreeMember member, ReapRecord record, IProcessPlatform platform)
    {
        var pid = member.Identity.Pid;
        var known = platform.TryRead(pid, out var entry) == ReadOutcome.Read && entry.Identity == member.Identity;
        return new SurvivingProcess
        {
            ProcessId = pid,
            StartedAt = platform.ToWallClock(member.Identity.StartTime),
            State = record.WasDenied(member) ? "EPERM (owned by another user; this one may not signal it)" : known ? ProcessStates.Explain(entry) : "unknown",
            Threads = known ? entry.Threads : 0,
            WaitChannel = platform.WaitChannel(pid),
            CommandLine = member.CommandLine,
        };
    }

    private static string Advice(SurvivingProcess[] survivors) =>
        survivors.Any(survivor => survivor.State.StartsWith('D'))
            ? "A process in uninterruptible sleep dies when the kernel function it is in returns: often a driver that frees memory. Raise ReapOptions.Timeout, or look at the driver (dmesg)."
            : survivors.Any(survivor => survivor.State.StartsWith("EPERM", StringComparison.Ordinal))
                ? "A process of another user can be stopped by that user or root only: let the server drop no privileges in tests, or run the tests as root."
                : "Exiting can take long where much memory is freed: raise ReapOptions.Timeout, and GracePeriod so that the server can free it in order.";
}
