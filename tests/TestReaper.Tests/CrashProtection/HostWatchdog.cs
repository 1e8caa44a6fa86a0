using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The watchdog of a host, seen from outside.</summary>
internal static class HostWatchdog
{
    /// <summary>Waits until it is detached from the host: for some milliseconds it is a child of a child.</summary>
    public static async Task<int> OfAsync(int host)
    {
        int[] found = [];
        await Poll.UntilAsync(
            () => (found = Find(host, "testreaper-watchdog")).Length == 1 && Find(host, "testreaper-starter").Length == 0,
            () => $"the watchdog of {host}; there are {found.Length}");
        return found[0];
    }

    public static bool IsOne(int pid) => Words(pid) is [.., "testreaper-watchdog", _, _, _];

    /// <summary>Whether a host, dead or alive, has a watchdog, or a shell that starts one.</summary>
    public static bool IsLeftOf(int host) => Find(host, "testreaper-watchdog").Length + Find(host, "testreaper-starter").Length > 0;

    /// <summary>All descendants of the host, parents first.</summary>
    public static IReadOnlyList<int> Descendants(int host)
    {
        var children = ProcDirectory.Pids().ToLookup(pid => ProcStat.ParentOf(pid) ?? 0);
        List<int> found = [.. children[host]];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }

        return found;
    }

    // The arguments after the name of the script are the host's pid, its memory tag and its ledger.
    private static int[] Find(int host, string name) =>
        [.. ProcDirectory.Pids().Where(pid => Words(pid) is [_, _, _, var its, .., var owner, _, _] && its == name && owner == $"{host}")];

    private static string[] Words(int pid) => ProcDirectory.CommandLine(pid).Split('\0')[..^1];
}
