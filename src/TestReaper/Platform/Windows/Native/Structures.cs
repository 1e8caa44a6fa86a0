namespace TestReaper.Platform.Windows.Native;

#pragma warning disable CS0649 // The system writes these fields.

/// <summary>STARTUPINFOEXW (https://learn.microsoft.com/windows/win32/api/winbase/ns-winbase-startupinfoexw).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StartupInfoEx
{
    public int Size;
    public nint Reserved, Desktop, Title;
    public int X, Y, Width, Height, Columns, Rows, Fill, Flags;
    public short ShowWindow, ReservedSize;
    public nint ReservedBytes, Input, Output, Error;
    public void* Attributes;
}

/// <summary>PROCESS_INFORMATION.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProcessInformation
{
    public nint Process, Thread;
    public int ProcessId, ThreadId;
}

/// <summary>SECURITY_ATTRIBUTES.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SecurityAttributes
{
    public int Size;
    public nint Descriptor;
    public int Inherit;
}

/// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION; times in units of 100 ns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JobAccounting
{
    public long UserTime, KernelTime, PeriodUserTime, PeriodKernelTime;
    public uint PageFaults, TotalProcesses, ActiveProcesses, TerminatedProcesses;
}

/// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JobLimits
{
    public long ProcessTime, JobTime;
    public uint Flags;
    public nuint MinimumWorkingSet, MaximumWorkingSet;
    public uint ActiveProcesses;
    public nuint Affinity;
    public uint Priority, Scheduling;
    public ulong ReadOperations, WriteOperations, OtherOperations, ReadBytes, WrittenBytes, OtherBytes;
    public nuint ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
}

/// <summary>The head of SYSTEM_PROCESS_INFORMATION, as documented for NtQuerySystemInformation and in winternl.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SystemProcess
{
    public uint NextEntryOffset, Threads;
    public fixed long Reserved[3];
    public long CreateTime, UserTime, KernelTime;
    public UnicodeString Name;
    public int BasePriority;
    public nint ProcessId, ParentProcessId;
    public uint Handles, SessionId;
    public nuint UniqueKey, PeakVirtualSize, VirtualSize;
    public uint PageFaults;
    public nuint PeakWorkingSet, WorkingSet;
}

/// <summary>UNICODE_STRING; the lengths are in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UnicodeString
{
    public ushort Length, MaximumLength;
    public nint Buffer;
}

/// <summary>PROCESS_BASIC_INFORMATION.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProcessBasicInformation
{
    public nint ExitStatus, PebAddress, Affinity, Priority, ProcessId, ParentProcessId;
}
#pragma warning restore CS0649
