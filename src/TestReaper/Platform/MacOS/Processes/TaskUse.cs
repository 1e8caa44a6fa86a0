using System.Buffers.Binary;
using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Processes;

/// <summary>What a process uses: struct proc_taskinfo (bsd/sys/proc_info.h). A zombie has no task any more.</summary>
internal readonly record struct TaskUse(long ResidentBytes, ulong CpuTicks, int Threads, int RunningThreads)
{
    internal const int Size = 96;
    private static readonly TimeBase Clock = ReadClock();

    /// <summary>For a process whose task cannot be read.</summary>
    internal static TaskUse Unknown { get; } = new(0, 0, 1, 0);

    /// <summary>Ticks are nanoseconds on x86-64 and longer on Apple's processors.</summary>
    internal TimeSpan CpuTime => TimeSpan.FromTicks((long)(CpuTicks / 100.0 * Clock.Numerator / Clock.Denominator));

    /// <summary>A pure function of struct proc_taskinfo.</summary>
    internal static TaskUse Parse(ReadOnlySpan<byte> info) => new(
        BinaryPrimitives.ReadInt64LittleEndian(info[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(info[16..]) + BinaryPrimitives.ReadUInt64LittleEndian(info[24..]),
        BinaryPrimitives.ReadInt32LittleEndian(info[84..]),
        BinaryPrimitives.ReadInt32LittleEndian(info[88..]));

    private static TimeBase ReadClock() =>
        OperatingSystem.IsMacOS() && LibSystem.mach_timebase_info(out var clock) == 0 && clock.Denominator > 0
            ? clock
            : new TimeBase { Numerator = 1, Denominator = 1 };
}
