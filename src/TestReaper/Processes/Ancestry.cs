using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>Lines of ancestors. This process and its ancestors never get a signal.</summary>
internal static class Ancestry
{
    public static IReadOnlyList<int> FromThisProcess(IProcessPlatform platform)
    {
        var line = From(Environment.ProcessId, platform);
        var last = platform.Processes.LastSystemPid;
        return line.Contains(last) ? line : [.. line, last];
    }

    /// <summary>A process and its ancestors, nearest first.</summary>
    public static IReadOnlyList<int> From(int pid, IProcessPlatform platform)
    {
        var line = new List<int>();
        while (pid > 0 && !line.Contains(pid))
        {
            line.Add(pid);
            pid = platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read ? entry.ParentPid : 0;
        }

        return line;
    }
}
