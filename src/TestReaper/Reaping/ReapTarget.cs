using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>Refuses roots whose reap would end this process or the machine.</summary>
internal static class ReapTarget
{
    /// <summary>False for the id of a thread: /proc can read it and kill(2) ends its whole process, but /proc does not list it.</summary>
    public static bool IsProcess(IProcessPlatform platform, ProcessEntry target)
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot.Lists(target.Pid);
    }

    public static void Require(IProcessPlatform platform, int processId, string parameter)
    {
        if (processId <= platform.Processes.LastSystemPid)
        {
            throw new ArgumentOutOfRangeException(parameter, processId, processId switch
            {
                1 => "Process 1 is the init process of this machine or container: killing its tree would end everything.",
                > 1 => $"Process {processId} belongs to the system of this machine or container: killing its tree would end everything.",
                0 => "0 names no process: kill(2) reads it as the caller's own process group. Pass the pid of the server's root.",
                _ => "A negative number names no process: kill(2) reads it as a process group. Pass the pid of the server's root.",
            });
        }

        if (processId == Environment.ProcessId)
        {
            throw new ArgumentException(
                "This is the current process: it cannot wait for its own end. Pass the pid of a server's root.", parameter);
        }

        if (Ancestry.FromThisProcess(platform).Contains(processId))
        {
            throw new ArgumentException(
                $"Process {processId} is an ancestor of the current process, which its tree contains. Pass the pid of a server's root.",
                parameter);
        }
    }
}
