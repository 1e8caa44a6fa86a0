using System.Globalization;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Watchdog;

/// <summary>The script that a host has started, seen from outside.</summary>
internal static class HostWatchdog
{
    /// <summary>Waits until the host has let go of it: for some milliseconds it is a child of a child.</summary>
    public static async Task<int> OfAsync(int host)
    {
        int[] found = [];
        await Poll.UntilAsync(() => (found = Find(host, "testreaper-watchdog")).Length == 1 && Find(host, "testreaper-starter").Length == 0, () => $"the watchdog of {host}; there are {found.Length}");
        return found[0];
    }

    public static bool IsOne(int pid) => Words(pid) is [.., "testreaper-watchdog", _];

    /// <summary>All processes below the host by their parents, as whoever kills a tree finds them; parents first.</summary>
    public static IReadOnlyList<int> Descendants(int host)
    {
        var children = Pids().ToLookup(pid => ProcStat.ParentOf(pid) ?? 0);
        List<int> found = [.. children[host]];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }

        return found;
    }

    // The last word is the host's ledger, which is named after it.
    private static int[] Find(int host, string name) =>
        [.. Pids().Where(pid => Words(pid) is [_, _, _, var its, .., var ledger] && its == name && Path.GetFileName(ledger).StartsWith($"{host}-", StringComparison.Ordinal))];

    private static IEnumerable<int> Pids() => Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static string[] Words(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").TrimEnd('\0').Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
