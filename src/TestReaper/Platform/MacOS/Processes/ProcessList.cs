using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Processes;

/// <summary>Lists processes and reads one by libproc, which needs no descriptor.</summary>
/// <remarks>
/// PROC_PIDTBSDINFO finds a zombie, and a process that is exiting, only if its argument is not 0. It refuses processes of other users
/// (EPERM); sysctl KERN_PROC_PID shows them to every user, as ps(1) does.
/// https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/proc_info.c
/// </remarks>
internal static unsafe class ProcessList
{
    private const int BsdInfo = 3, TaskInfo = 4;
    private const ulong WithZombies = 1;
    private const int Kernel = 1, Process = 14, ByPid = 1;

    /// <summary>The pids of all processes, zombies included; null if the system has no memory for the list.</summary>
    internal static int[]? Pids()
    {
        while (true)
        {
            // Without a buffer the call returns how many there are, with some room.
            var room = Math.Max(LibSystem.proc_listallpids(null, 0), 64) + 64;
            var pids = new int[room];
            fixed (int* buffer = pids)
            {
                var count = LibSystem.proc_listallpids(buffer, room * sizeof(int));
                if (count <= 0)
                {
                    return null;
                }

                if (count < room)
                {
                    // The kernel is pid 0.
                    return [.. pids.AsSpan(0, count).ToArray().Where(static pid => pid > 0)];
                }
            }
        }
    }

    internal static ReadOutcome TryRead(int pid, out BsdProcess process)
    {
        process = default;
        if (pid <= 0)
        {
            return ReadOutcome.Absent;
        }

        var info = stackalloc byte[BsdProcess.InfoSize];
        if (LibSystem.proc_pidinfo(pid, BsdInfo, WithZombies, info, BsdProcess.InfoSize) == BsdProcess.InfoSize)
        {
            process = BsdProcess.FromInfo(new ReadOnlySpan<byte>(info, BsdProcess.InfoSize));
            return ReadOutcome.Read;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Errno.ESRCH => ReadOutcome.Absent,
            Errno.ENOMEM => ReadOutcome.OutOfResources,
            _ => TryReadOfOtherUser(pid, out process),
        };
    }

    internal static ReadOutcome TryRead(int pid, out ProcessEntry entry)
    {
        var outcome = TryRead(pid, out BsdProcess process);
        entry = outcome == ReadOutcome.Read ? ToEntry(process) : default;
        return outcome;
    }

    private static ProcessEntry ToEntry(BsdProcess process)
    {
        var use = process.IsZombie ? TaskUse.Unknown : ReadUse(process.Identity.Pid);

        // getsid(2) fails for a zombie.
        var session = process.IsZombie ? 0 : Math.Max(LibSystem.getsid(process.Identity.Pid), 0);
        return new ProcessEntry(
            process.Identity,
            process.ParentPid,
            process.GroupId,
            session,
            process.StateOf(use.RunningThreads > 0),
            Math.Max(use.Threads, 1),
            use.ResidentBytes / Environment.SystemPageSize)
        { CpuTime = use.CpuTime };
    }

    private static TaskUse ReadUse(int pid)
    {
        var info = stackalloc byte[TaskUse.Size];
        return LibSystem.proc_pidinfo(pid, TaskInfo, 0, info, TaskUse.Size) == TaskUse.Size
            ? TaskUse.Parse(new ReadOnlySpan<byte>(info, TaskUse.Size))
            : TaskUse.Unknown;
    }

    private static ReadOutcome TryReadOfOtherUser(int pid, out BsdProcess process)
    {
        Span<byte> info = stackalloc byte[BsdProcess.KernelInfoSize];
        switch (SystemValues.Read([Kernel, Process, ByPid, pid], info))
        {
            case BsdProcess.KernelInfoSize:
                process = BsdProcess.FromKernelInfo(info);
                return process.Identity.Pid == pid ? ReadOutcome.Read : ReadOutcome.Unreadable;
            case var length:
                process = default;
                return length == 0 ? ReadOutcome.Absent : ReadOutcome.Unreadable;
        }
    }
}
