namespace TestReaper.Reaping;

/// <summary>Measures the time since the start of a reap or a wait.</summary>
internal sealed class ReapClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_start);
}
