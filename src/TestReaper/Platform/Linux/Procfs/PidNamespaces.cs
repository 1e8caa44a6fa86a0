namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Finds whether a PID namespace still has processes.</summary>
internal static class PidNamespaces
{
    // The initial namespace of a machine, in which the processes of all others are visible (PROC_PID_INIT_INO).
    private const string First = "pid:[4026531836]";

    // Process 1 is in the initial namespace by definition, but its link may show another number.
    private const string Init = "1";

    /// <summary>Null inside a container, or if the namespace of another user's process cannot be read.</summary>
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
            var found = Read(directory!);
            if (found == pidNamespace)
            {
                return true;
            }

            isComplete &= found is not null || !Directory.Exists($"/proc/{directory}");
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
