using System.Globalization;

namespace TestReaper.Tests.Watchdog;

/// <summary>The script that a host has started, seen from outside.</summary>
internal static class HostWatchdog
{
    public static int Of(int host) => Directory.GetDirectories($"/proc/{host}/task")
        .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))
        .Single(IsOne);

    public static bool IsOne(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains("testreaper-watchdog", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
