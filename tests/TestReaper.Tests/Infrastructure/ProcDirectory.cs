using System.Globalization;

namespace TestReaper.Tests.Infrastructure;

/// <summary>What stands in /proc, for those who judge the product without its code; empty where there is nothing.</summary>
public static class ProcDirectory
{
    public static IEnumerable<int> Pids() => Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    /// <summary>The words of the command line, each with a NUL behind it.</summary>
    public static string CommandLine(int pid) => ReadOrNothing($"/proc/{pid}/cmdline");

    public static string CGroup(int pid) => ReadOrNothing($"/proc/{pid}/cgroup");

    /// <summary>All children of a living process, whichever thread made them.</summary>
    public static IEnumerable<int> ChildrenOf(int parent) =>
        Directory.GetDirectories($"/proc/{parent}/task")
            .SelectMany(task => ReadOrNothing($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture));

    private static string ReadOrNothing(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The process or the thread has ended.
            return "";
        }
    }
}
