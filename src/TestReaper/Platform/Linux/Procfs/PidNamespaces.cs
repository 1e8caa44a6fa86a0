namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Finds whether a PID namespace still has processes.</summary>
internal static class PidNamespaces
{
    // The initial namespace of a machine, in which the processes of all others are visible (PROC_PID_INIT_INO).
    private const string First = "pid:[4026531836]";

    // Process 1 is in the initial namespace by definition, but its link may show another number.
    private const int Init = 1;

    /// <summary>Whether this process is in the initial namespace; null if that cannot be read.</summary>
    internal static bool? IsInFirst() => Read("self") is { } own ? own == First : null;

    /// <summary>Null inside a container, or if the namespace of another user's process cannot be read.</summary>
    internal static bool? HasProcesses(string pidNamespace)
    {
        if (Read("self") != First)
        {
            return null;
        }

        var isComplete = true;
        foreach (var pid in ProcFs.Pids().Where(static pid => pid != Init))
        {
            var found = Read($"{pid}");
            if (found == pidNamespace)
            {
                return true;
            }

            isComplete &= found is not null || !Directory.Exists($"/proc/{pid}");
        }

        return isComplete ? false : null;
    }

    private static string? Read(string pid) => new FileInfo($"/proc/{pid}/ns/pid").LinkTarget;
}
