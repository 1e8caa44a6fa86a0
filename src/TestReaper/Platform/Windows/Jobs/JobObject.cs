using TestReaper.Platform.Windows.Native;
using TestReaper.Platform.Windows.Processes;

namespace TestReaper.Platform.Windows.Jobs;

/// <summary>A job object: every process that a process in it creates is in it as well, and no process can leave it.</summary>
/// <remarks>
/// It has no name, so only this process has a handle to it. The last handle closes when this process ends, however it ends, and the
/// system then kills all processes in the job (JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE). The limits that allow a breakaway are not set.
/// https://learn.microsoft.com/windows/win32/procthread/job-objects
/// </remarks>
internal sealed unsafe class JobObject : IProcessContainer
{
    // As a shell reports a process that SIGKILL has ended.
    internal const uint KilledExitCode = 137;
    internal const uint BreakawayAllowed = 0x800;
    internal const string Escapes = "what a service of the system starts for it (WMI, the task scheduler, COM) can escape";
    private const uint KillOnClose = 0x2000, DieOnException = 0x400;
    private const int Accounting = 1, ProcessList = 3, ExtendedLimits = 9;
    private readonly SystemHandle _job;

    // No call may use the handle after TryRemove: its number may be that of another object then.
    private readonly object _gate = new();

    private JobObject(SystemHandle job, string name) => (_job, Name) = (job, name);

    public string Name { get; }

    public string Escape => Escapes;

    internal nint Handle => _job.Value;

    /// <summary>Null, with the reason, if the system refuses one.</summary>
    public static JobObject? TryCreate(string name, out string obstacle, uint limits = KillOnClose | DieOnException)
    {
        var handle = Kernel32.CreateJobObject(0, 0);
        if (handle == 0)
        {
            obstacle = $"no job object could be created: {WinError.Describe(Marshal.GetLastPInvokeError())}";
            return null;
        }

        var job = new SystemHandle(handle);

        // A crash ends the process at once, without a dialog that waits for a person.
        if (!SetLimits(handle, limits))
        {
            obstacle = $"the job object could not be configured: {WinError.Describe(Marshal.GetLastPInvokeError())}";
            job.Dispose();
            return null;
        }

        obstacle = "";
        return new JobObject(job, name);
    }

    public bool TryAdd(ProcessIdentity process)
    {
        const uint Access = OpenedProcess.SetQuota | OpenedProcess.Terminate | OpenedProcess.QueryLimited;
        if (OpenedProcess.TryOpen(process.Pid, Access, out var opened) != ReadOutcome.Read)
        {
            return false;
        }

        using (opened)
        {
            return OpenedProcess.StartTimeOf(opened!) == process.StartTime
                && Use(() => Kernel32.AssignProcessToJobObject(_job.Value, opened!.Value));
        }
    }

    public void LeaveRunning() => Use(() => SetLimits(_job.Value, DieOnException));

    public IReadOnlyCollection<int> Processes() => Use(() =>
    {
        int[]? pids = null;
        for (var room = 256; pids is null; room *= 2)
        {
            pids = TryList(room);
        }

        return pids;
    }) ?? [];

    public void Kill() => Use(() => Kernel32.TerminateJobObject(_job.Value, KilledExitCode));

    public bool IsPopulated() => Use(ReadAccounting) is { ActiveProcesses: > 0 };

    public ContainerUsage ReadUsage() => Use(() =>
    {
        JobLimits limits = default;
        var isRead = Kernel32.QueryInformationJobObject(_job.Value, ExtendedLimits, &limits, (uint)sizeof(JobLimits), 0);
        return new ContainerUsage(
            isRead && limits.PeakJobMemory > 0 ? (long)limits.PeakJobMemory : null,
            ReadAccounting() is { } used ? new TimeSpan(used.UserTime + used.KernelTime) : null);
    });

    public bool TryRemove()
    {
        lock (_gate)
        {
            if (IsPopulated())
            {
                return false;
            }

            _job.Dispose();
            return true;
        }
    }

    private T? Use<T>(Func<T> call)
    {
        lock (_gate)
        {
            return _job.IsClosed ? default : call();
        }
    }

    private static bool SetLimits(nint job, uint flags)
    {
        var limits = new JobLimits { Flags = flags };
        return Kernel32.SetInformationJobObject(job, ExtendedLimits, &limits, (uint)sizeof(JobLimits));
    }

    private JobAccounting? ReadAccounting()
    {
        JobAccounting accounting;
        return Kernel32.QueryInformationJobObject(_job.Value, Accounting, &accounting, (uint)sizeof(JobAccounting), 0)
            ? accounting
            : null;
    }

    // JOBOBJECT_BASIC_PROCESS_ID_LIST: two counts of four bytes, then the pids as pointers. Null if there are more than there is room for.
    private int[]? TryList(int room)
    {
        var size = 8 + (room * sizeof(nint));
        var buffer = (byte*)NativeMemory.AllocZeroed((nuint)size);
        try
        {
            if (!Kernel32.QueryInformationJobObject(_job.Value, ProcessList, buffer, (uint)size, 0))
            {
                return Marshal.GetLastPInvokeError() == WinError.MoreData ? null : [];
            }

            var listed = ((int*)buffer)[1];
            var pids = new int[listed];
            for (var i = 0; i < listed; i++)
            {
                pids[i] = (int)((nint*)(buffer + 8))[i];
            }

            return pids;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }
}
