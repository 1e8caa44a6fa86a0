using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping.Release;

namespace TestReaper.Reaping;

/// <summary>Builds the exception of a failed reap. Its message says what is left, why, and what to do.</summary>
internal static class ReapFailure
{
    private const string Unproved = "No living process of this tree is visible, but that none is left cannot be proved.";

    public static ReapTimeoutException Survivors(ReapSession session)
    {
        var described = session.Record.Living.Select(member => Describe(member, session.Record, session.Platform)).ToList();
        SurvivingProcess[] survivors = [.. described.Select(one => one.Process)];
        var report = ReapReportBuilder.FromSession(session, isFailure: true);
        var message = string.Join(Environment.NewLine,
            $"{ReapReportText.Count(survivors.Length)} not gone {ReapReportText.Seconds(session.Options.Timeout)} after SIGKILL:",
            SurvivorText.Draw(survivors),
            SurvivorCauseText.Advise([.. described.Select(one => one.Cause)]),
            report);
        return new ReapTimeoutException(message, survivors, report);
    }

    public static ReapTimeoutException Incomplete(ReapSession session)
    {
        var report = ReapReportBuilder.FromSession(session, isFailure: true);
        var timeout = ReapReportText.Seconds(session.Options.Timeout);
        var reason = session.ScanFailure is { } failure
            ? $"for {timeout} this process could not list the processes of the machine ({failure}) " +
                "All known processes of the tree are gone, but that none is left cannot be proved. " +
                "Close files, or raise the limit of open files."
            : session.Tree.Unjudged is { Count: > 0 } unjudged ? ListUnjudged(timeout, unjudged, session.Platform)
            : $"for {timeout} new processes kept starting and dying before they could be assigned to a tree. {Unproved} " +
                "Look for a process that forks without end, or raise ReapOptions.Timeout on a very busy machine.";
        return new ReapTimeoutException($"Containment incomplete: {reason}{Environment.NewLine}{report}", [], report);
    }

    public static ReapTimeoutException NotReleased(ReapReport report)
    {
        ReleaseCondition[] held = [.. report.Releases.Where(release => release.IsFatal)];
        const string Title = "All processes of the tree are gone, but not all that they held is free:";
        var lines = ReleaseText.Lines(held).Select(line => "  " + line);
        var message = string.Join(Environment.NewLine, [Title, .. lines, .. ReleaseAdvice.For(held), report]);
        return new ReapTimeoutException(message, [], report);
    }

    private static string ListUnjudged(string timeout, IReadOnlyList<ProcessEntry> unjudged, IProcessPlatform platform) =>
        string.Join(Environment.NewLine,
        [
            $"for {timeout} it could not be read whether these processes belong to the tree:",
            .. unjudged.Take(10).Select(entry => "  " + UnjudgedText.Describe(entry, platform)),
            Unproved,
        ]);

    private static (SurvivingProcess Process, SurvivorCause Cause) Describe(
        TreeMember member, ReapRecord record, IProcessPlatform platform)
    {
        var pid = member.Identity.Pid;
        var isKnown = platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read && entry.Identity == member.Identity;
        var details = platform.Processes.Describe(pid);
        var cause = record.WasDenied(member) ? SurvivorCause.Denied
            : details.IsFrozen ? SurvivorCause.Frozen
            : !isKnown ? SurvivorCause.Unknown
            : entry.State == 'D' ? SurvivorCause.UninterruptibleSleep
            : SurvivorCause.Exiting;
        var process = new SurvivingProcess
        {
            ProcessId = pid,
            StartedAt = platform.Processes.ToWallClock(member.Identity.StartTime),
            State = cause.State(entry),
            Threads = isKnown ? entry.Threads : 0,
            WaitChannel = platform.Processes.WaitChannel(pid),
            CommandLine = member.CommandLine,
            FoundBy = member.FoundBy,
            UserId = details.UserId,
            Ancestors = isKnown ? Ancestry.From(entry.ParentPid, platform) : [],
            DeviceFiles = details.DeviceFiles,
            LockedMemory = details.LockedMemory,
            ListeningPorts = details.ListeningPorts,
            KernelStack = details.KernelStack,
        };
        return (process, cause);
    }
}
