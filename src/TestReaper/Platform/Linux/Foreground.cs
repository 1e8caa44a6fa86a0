using System.Text;

namespace TestReaper.Platform.Linux;

/// <summary>Whom a terminal signals: the process group in its foreground, fields 5 and 8 of proc_pid_stat(5).</summary>
internal static class Foreground
{
    internal static bool HasThisProcess() => ProcFile.ReadAll(Environment.ProcessId, "stat"u8) is { } stat && IsForeground(Encoding.UTF8.GetString(stat));

    internal static bool IsForeground(string stat)
    {
        // Field 3 follows the last parenthesis: the name may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 8 - 3 && fields[5 - 3] == fields[8 - 3];
    }
}
