using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>
/// The clock of start times: ticks since boot, from clock_gettime(2). Under lxcfs, /proc/uptime and /proc/stat show the times of a
/// container, while the start times in /proc/PID/stat are those of the machine.
/// </summary>
internal static class BootClock
{
    // USER_HZ is 100 on every architecture that .NET runs on.
    private const long NanosecondsPerTick = 10_000_000;
    private const int BootTime = 7;
    private static long _boot;

    /// <summary>The current time in the units of a start time.</summary>
    internal static ulong Now() => (ulong)(Nanoseconds() / NanosecondsPerTick);

    /// <summary>A number of ticks as a duration.</summary>
    internal static TimeSpan ToDuration(ulong ticks) =>
        TimeSpan.FromTicks((long)ticks * (NanosecondsPerTick / TimeSpan.NanosecondsPerTick));

    /// <summary>For messages only: the wall clock jumps, so an identity never uses it.</summary>
    internal static DateTimeOffset? ToWallClock(ulong startTicks) =>
        new DateTimeOffset(BootMoment(), TimeSpan.Zero) + ToDuration(startTicks);

    // The same value for all calls, so that ages do not jitter. It changes only when the wall clock is set.
    private static long BootMoment()
    {
        var (known, now) = (Volatile.Read(ref _boot), DateTimeOffset.UtcNow.Ticks - (Nanoseconds() / TimeSpan.NanosecondsPerTick));
        if (Math.Abs(now - known) > TimeSpan.TicksPerSecond)
        {
            Volatile.Write(ref _boot, known = now);
        }

        return known;
    }

    /// <exception cref="PlatformNotSupportedException">A kernel before Linux 2.6.39.</exception>
    private static long Nanoseconds() => LibC.clock_gettime(BootTime, out var time) == 0
        ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
        : throw new PlatformNotSupportedException("This kernel has no CLOCK_BOOTTIME.");
}
