using System.Text;

namespace TestReaper.Platform.Linux;

/// <summary>Whose a process is, from /proc/PID/status: the owner of /proc/PID is root where a process cannot be dumped.</summary>
internal static class ProcUser
{
    internal static bool IsOwn(int pid) =>
        ProcFile.ReadAll(pid, "status"u8) is { } status && ProcDetails.Number(Encoding.UTF8.GetString(status), "Uid:") == LibC.geteuid();
}
