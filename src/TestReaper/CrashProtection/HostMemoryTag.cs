using System.Globalization;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>
/// Tells the children of a dead host that have not executed anything yet: they carry no scope, and may wait for ever for a host
/// that does not come. They are in its memory, which is marked by its name.
/// </summary>
internal static class HostMemoryTag
{
    /// <summary>Of this process, made with the first call; empty where there can be none.</summary>
    public static string CreateForThisProcess(IProcessPlatform platform)
    {
        try
        {
            return platform.Processes.TryRead(Environment.ProcessId, out var self) == ReadOutcome.Read && NameOf(self.Identity, platform.Processes.Instance) is var name && platform.Marks.TryTagMemory(name) ? name : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A sandbox that hides what boot this is; there is no ledger then, either.
            return "";
        }
    }

    /// <summary>Who is left of a host in its memory; none if it lives, whatever its ledger says.</summary>
    public static IReadOnlyList<ProcessEntry> FindLeft(LedgerFile ledger, IProcessPlatform platform)
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        if (snapshot.TryGet(ledger.Host.Pid, out var host) && host.Identity == ledger.Host && !host.IsGone)
        {
            return [];
        }

        var name = NameOf(ledger.Host, ledger.Instance);

        // Younger than its host, and alone in its thread group: that spares the reading of nearly all large maps.
        return [.. snapshot.Entries.Where(entry =>
            !entry.IsGone && entry.Threads == 1 && entry.Identity.StartTime >= ledger.Host.StartTime && entry.Pid != ledger.Host.Pid && platform.Marks.IsInMemoryOf(entry.Pid, name))];
    }

    // Pids and start times are those of one PID namespace, and several may be seen from here.
    private static string NameOf(ProcessIdentity host, HostInstance instance) =>
        string.Create(CultureInfo.InvariantCulture, $"testreaper-host-{host.Pid}-{host.StartTime}-{instance.PidNamespace}");
}
