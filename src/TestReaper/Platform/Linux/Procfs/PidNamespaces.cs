namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Whether a PID namespace still has processes, as far as that can be seen.</summary>
internal static class PidNamespaces
{
    // Of the first namespace of a machine, from which the processes of all others are seen (PROC_PID_INIT_INO).
    private const string First = "pid:[4026531836]";

    // pid 1 of the first namespace is in it by definition; its link may show another number.
    private const string Init = "1";

    /// <summary>Null from within a container, or where a process of another user does not say.</summary>
    internal static bool? HasProcesses(string pidNamespace)
    {
        if (Read("self") != First)
        {
            return null;
        }

        var isComplete = true;
        var processes = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(static name => char.IsAsciiDigit(name![0]));
        foreach (var directory in processes.Where(static name => name != Init))
        {
            var its = Read(directory!);
            if (its == pidNamespace)
            {
                return true;
            }

            isComplete &= its is not null || !Directory.Exists($"/proc/{directory}");
        }

        return isComplete ? false : null;
    }

    private static string? Read(string pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/pid").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
