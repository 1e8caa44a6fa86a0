using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>
/// A name in the memory map of this process, by which the children of a dead host are found that have not called exec yet. They carry
/// no scope, and may wait for the host for ever. But they share its memory, and /proc/PID/maps of that memory shows the tag.
/// </summary>
internal static class HostMemoryTag
{
    /// <summary>Tags the memory of this process. Returns the tag; empty if that is not possible.</summary>
    public static string CreateForThisProcess(IProcessPlatform platform) =>

        // A sandbox may hide the boot id. Then there is no ledger either.
        Accessible.OrDefault(() => platform.Processes.TryRead(Environment.ProcessId, out var self) == ReadOutcome.Read
            && NameFor(self.Identity, platform.Processes.Instance) is var name
            && platform.Marks.TryTagMemory(name) ? name : null) ?? "";

    /// <summary>The processes in the memory of a dead host; empty if the host lives.</summary>
    public static IReadOnlyList<ProcessEntry> FindProcesses(LedgerFile ledger, IProcessPlatform platform)
    {
        var snapshot = ProcessSnapshot.Of(platform);
        if (snapshot.TryGet(ledger.Host.Pid, out var host) && host.Identity == ledger.Host && !host.IsGone)
        {
            return [];
        }

        var name = NameFor(ledger.Host, ledger.Instance);

        // Such a child is younger than the host and has one thread: the check skips nearly all large maps files.
        return
        [
            .. snapshot.Entries.Where(entry =>
                !entry.IsGone
                && entry.Threads == 1
                && entry.Identity.StartTime >= ledger.Host.StartTime
                && entry.Pid != ledger.Host.Pid
                && platform.Marks.IsInMemoryOf(entry.Pid, name)),
        ];
    }

    // A pid and a start time are unique in one PID namespace only, and several may be visible from here.
    private static string NameFor(ProcessIdentity host, HostInstance instance) =>
        string.Create(CultureInfo.InvariantCulture, $"testreaper-host-{host.Pid}-{host.StartTime}-{instance.PidNamespace}");
}
