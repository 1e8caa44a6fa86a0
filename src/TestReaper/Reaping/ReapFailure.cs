using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>The words of a failed reap: what is left, why, and what to do.</summary>
internal static class ReapFailure
{
    public static ReapTimeoutException Survivors(ReapSession session)
    {
        var (record, platform, options) = (session.Record, session.Platform, session.Options);
        SurvivingProcess[] survivors = [.. record.Living.Select(member => Describe(member, record, platform))];
        var report = record.ToReport();
        var message = string.Join(Environment.NewLine,
            $"{ReapReportText.Count(survivors.Length)} not gone {ReapReportText.Seconds(options.Timeout)} after SIGKILL:",
            SurvivorText.Draw(survivors),
            Advice(survivors),
            report);
        return new ReapTimeoutException(message, survivors, report);
    }

    public static ReapTimeoutException Incomplete(ReapSession session)
    {
        var report = session.Record.ToReport();
        var timeout = ReapReportText.Seconds(session.Options.Timeout);
        var reason = session.ScanFailure is { } failure
            ? $"for {timeout} this process could not list the processes of the machine ({failure}) " +
                "Everything known of the tree is gone, but that nothing is left cannot be proved. " +
                "Close files, or raise the limit of open files."
            : session.Tree.Unjudged is { Count: > 0 } unjudged ? Blocked(timeout, unjudged, session.Platform)
            : $"for {timeout} new processes kept starting and dying before they could be assigned to a tree. " +
                "Nothing living of this tree is in sight, but that nothing is left cannot be proved. " +
                "Look for a process that forks without end, or raise ReapOptions.Timeout on a very busy machine.";
        return new ReapTimeoutException($"Containment incomplete: {reason}{Environment.NewLine}{report}", [], report);
    }

    private static string Blocked(string timeout, IReadOnlyList<ProcessEntry> unjudged, IProcessPlatform platform) =>
        $"for {timeout} it could not be read whether these processes belong to the tree:" + Environment.NewLine +
        string.Join(Environment.NewLine, unjudged.Take(10).Select(entry => "  " + UnjudgedText.Describe(entry, platform))) +
        Environment.NewLine +
        "Nothing living of this tree is in sight, but that nothing is left cannot be proved.";

    public static ReapTimeoutException NotReleased(ReapReport report)
    {
        ReleaseCondition[] held = [.. report.Releases.Where(release => release.Verdict == ReleaseVerdict.Held)];
        var advice = Array.TrueForAll(held, release => release.Resource == ReleaseResource.SharedMemory)
            ? "Let the server remove it when it stops, or set ReapOptions.RemoveSharedMemory."
            : "The holder may be a process that escaped the tree, or the kernel may still be closing files (io_uring, a driver): " +
                "then raise ReapOptions.ReleaseTimeout.";
        return new ReapTimeoutException(
            string.Join(
                Environment.NewLine,
                [
                    "All processes of the tree are gone, but not all that they held is free:",
                    .. held.Select(release => "  " + release),
                    advice,
                    report,
                ]),
            [],
            report);
    }

    private static SurvivingProcess Describe(TreeMember member, ReapRecord record, IProcessPlatform platform)
    {
        var pid = member.Identity.Pid;
        var known = platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read && entry.Identity == member.Identity;
        var details = platform.Processes.Describe(pid);
        return new SurvivingProcess
        {
            ProcessId = pid,
            StartedAt = platform.Processes.ToWallClock(member.Identity.StartTime),
            State = record.WasDenied(member) ? "EPERM (owned by another user; this one may not signal it)"
                : details.IsFrozen ? "frozen (by its cgroup: SIGKILL waits until it is thawed)"
                : known ? ProcessStates.Explain(entry)
                : "unknown",
            Threads = known ? entry.Threads : 0,
            WaitChannel = platform.Processes.WaitChannel(pid),
            CommandLine = member.CommandLine,
            FoundBy = member.FoundBy,
            UserId = details.UserId,
            Ancestors = known ? Ancestry.From(entry.ParentPid, platform) : [],
            DeviceFiles = details.DeviceFiles,
            LockedMemory = details.LockedMemory,
            ListeningPorts = details.ListeningPorts,
            KernelStack = details.KernelStack,
        };
    }

    private static string Advice(SurvivingProcess[] survivors) =>
        survivors.Any(survivor => survivor.State.StartsWith("frozen", StringComparison.Ordinal))
            ? "A frozen process dies when its cgroup is thawed: look who has frozen it (a container engine's pause, the v1 freezer)."
        : survivors.Any(survivor => survivor.State.StartsWith('D'))
            ? "A process in uninterruptible sleep dies when the kernel function it is in returns: often a driver that frees memory. " +
                "Raise ReapOptions.Timeout, or look at the driver (dmesg)."
        : survivors.Any(survivor => survivor.State.StartsWith("EPERM", StringComparison.Ordinal))
            ? "A process of another user can be stopped by that user or root only: " +
                "let the server drop no privileges in tests, or run the tests as root."
        : "Exiting can take long where much memory is freed: " +
            "raise ReapOptions.Timeout, and GracePeriod so that the server can free it in order.";
}
