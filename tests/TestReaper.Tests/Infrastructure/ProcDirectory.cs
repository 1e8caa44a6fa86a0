using System.Globalization;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Reads /proc without the code of the product. An entry that does not exist reads as empty.</summary>
public static class ProcDirectory
{
    public static IEnumerable<int> Pids() => Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    /// <summary>The arguments of the command line, each followed by a NUL.</summary>
    public static string CommandLine(int pid) => ReadOrNothing($"/proc/{pid}/cmdline");

    public static string CGroup(int pid) => ReadOrNothing($"/proc/{pid}/cgroup");

    /// <summary>All children of a living process, of all its threads.</summary>
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
