namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Single values of <c>/proc/PID/status</c> (proc_pid_status(5)).</summary>
internal static class ProcStatus
{
    /// <summary>The first word after a name such as <c>SigIgn:</c>; null if the process or the line does not exist.</summary>
    internal static string? Read(int pid, string name) => ProcFile.ReadText(pid, "status"u8)?.Split('\n')
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..]
        .Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();

    internal static long? ReadNumber(int pid, string name) =>
        long.TryParse(Read(pid, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
