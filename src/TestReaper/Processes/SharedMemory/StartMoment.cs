using TestReaper.Platform;

namespace TestReaper.Processes.SharedMemory;

/// <summary>The bounds of a start time on the wall clock: start times have a resolution of 10 ms.</summary>
internal readonly record struct StartMoment(DateTimeOffset Earliest, DateTimeOffset Latest)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // File systems use the time of the last timer interrupt, which is up to 10 ms old.
    private static readonly TimeSpan Stamp = TimeSpan.FromMilliseconds(10);

    public static StartMoment From(ProcessIdentity process, IProcessPlatform platform)
    {
        var age = platform.Processes.CurrentTime is var now && now > process.StartTime ? (now - process.StartTime) * Tick : TimeSpan.Zero;
        var start = DateTimeOffset.UtcNow - age;
        return new StartMoment(start - Tick - Stamp, start + Tick);
    }
}
