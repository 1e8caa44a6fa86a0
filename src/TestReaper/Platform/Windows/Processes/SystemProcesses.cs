using TestReaper.Platform.Windows.Jobs;
using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Processes;

/// <summary>All processes of the machine in one call of NtQuerySystemInformation, with their start times.</summary>
/// <remarks>
/// The Toolhelp snapshot has no start times: each process would have to be opened for its own, and its pid may be reused meanwhile.
/// https://learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntquerysysteminformation
/// </remarks>
internal static unsafe class SystemProcesses
{
    private const int FirstSize = 256 * 1024;

    // Processes start between two calls.
    private const uint Spare = 64 * 1024;

    /// <summary>Reads all processes; those that have exited are not among them.</summary>
    /// <param name="found">Gets each process and the most memory, in bytes, that it has had resident at once.</param>
    /// <returns>False if there is no memory for the list.</returns>
    public static bool TryRead(Action<ProcessEntry, long> found)
    {
        uint size = FirstSize;
        while (true)
        {
            var buffer = (byte*)NativeMemory.Alloc(size);
            try
            {
                var status = NtDll.NtQuerySystemInformation(NtDll.SystemProcessInformation, buffer, size, out var needed);
                if (status == 0)
                {
                    Parse(buffer, found);
                    return true;
                }

                if (status != NtDll.StatusInfoLengthMismatch)
                {
                    return false;
                }

                size = Math.Max(needed, size) + Spare;
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }

    private static void Parse(byte* buffer, Action<ProcessEntry, long> found)
    {
        var created = new Dictionary<nint, long>();
        HashSet<int> adopted = [.. HostJob.Processes()];
        ForEach(buffer, process => created[((SystemProcess*)process)->ProcessId] = ((SystemProcess*)process)->CreateTime);
        ForEach(buffer, process =>
        {
            var read = *(SystemProcess*)process;
            if (read.ProcessId != 0)
            {
                found(ToEntry(read, created, adopted), (long)read.PeakWorkingSet);
            }
        });
    }

    // The parent that a process names may be gone, and its pid may belong to a younger process. An orphan in the job of this process counts
    // as its child.
    private static ProcessEntry ToEntry(in SystemProcess process, Dictionary<nint, long> created, HashSet<int> adopted)
    {
        var hasParent = created.TryGetValue(process.ParentProcessId, out var parentCreated) && parentCreated <= process.CreateTime;
        return new ProcessEntry(
            new ProcessIdentity((int)process.ProcessId, (ulong)process.CreateTime),
            hasParent ? (int)process.ParentProcessId : IsAdopted(process, adopted) ? Environment.ProcessId : 0,
            GroupId: 0,
            SessionId: 0,
            State: 'R',
            (int)process.Threads,
            (long)process.WorkingSet / Environment.SystemPageSize)
        {
            CpuTime = new TimeSpan(process.UserTime + process.KernelTime),
        };
    }

    private static bool IsAdopted(in SystemProcess process, HashSet<int> adopted) =>
        adopted.Contains((int)process.ProcessId) && process.ProcessId != Environment.ProcessId;

    private static void ForEach(byte* buffer, Action<nint> visit)
    {
        for (var process = (SystemProcess*)buffer; ; process = (SystemProcess*)((byte*)process + process->NextEntryOffset))
        {
            visit((nint)process);
            if (process->NextEntryOffset == 0)
            {
                return;
            }
        }
    }
}
