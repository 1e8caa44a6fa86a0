using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>This process and its ancestors: never to be signalled.</summary>
internal static class Ancestry
{
    public static IReadOnlyList<int> OfThisProcess(IProcessPlatform platform)
    {
        var line = new List<int>();
        for (var pid = Environment.ProcessId; pid > 0 && !line.Contains(pid);)
        {
            line.Add(pid);
            pid = platform.TryRead(pid, out var entry) == ReadOutcome.Read ? entry.ParentPid : 0;
        }

        if (!line.Contains(1))
        {
            line.Add(1);
        }

        return line;
    }
}
