using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The terminal's foreground group (fields 5 and 8 of proc_pid_stat(5)), and descriptors 1 and 2 that children inherit.</summary>
internal sealed class LinuxTerminal : ITerminal
{
    private const int Output = 1, Error = 2;

    public bool IsInForeground =>
        ProcFile.ReadText(Environment.ProcessId, "stat"u8) is { } stat && IsForeground(stat);

    public void SendChildOutputToError()
    {
        if (LibC.dup2(Error, Output) < 0)
        {
            throw new IOException($"The standard output cannot be redirected to standard error: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    internal static bool IsForeground(string stat)
    {
        // Field 3 follows the last parenthesis: the name may contain parentheses and spaces.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 8 - 3 && fields[5 - 3] == fields[8 - 3];
    }
}
