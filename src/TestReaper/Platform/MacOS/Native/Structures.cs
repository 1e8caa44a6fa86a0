namespace TestReaper.Platform.MacOS.Native;

/// <summary>struct kevent (bsd/sys/event.h), which is packed to four bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct KernelEvent
{
    internal nuint Identity;
    internal short Filter;
    internal ushort Flags;
    internal uint FilterFlags;
    internal nint Data;
    internal nint UserData;
}

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    internal nint Seconds;
    internal nint Nanoseconds;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    internal int Fd;
    internal short Events;
    internal short Returned;
}

/// <summary>struct rlimit. A limit of 2^63-1 means none.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimits
{
    internal ulong Soft;
    internal ulong Hard;
}

/// <summary>struct mach_timebase_info: ticks times the first are nanoseconds times the second.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeBase
{
    internal uint Numerator;
    internal uint Denominator;
}
