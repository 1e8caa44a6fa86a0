namespace TestReaper.Reaping;

/// <summary>Elapsed times of one reap.</summary>
internal sealed class ReapClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>The time since the reap began.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    public TimeSpan Since(TimeSpan moment) => Now - moment;
}
