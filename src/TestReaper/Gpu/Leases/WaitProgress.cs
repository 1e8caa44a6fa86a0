using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

/// <summary>Logs what a wait waits for: once at the time of a warning, then every 30 s.</summary>
internal sealed class WaitProgress(TimeSpan timeout, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = Durations.ToWarning(timeout);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public TimeSpan Left => Durations.ZeroIfNegative(timeout - Elapsed);

    public bool IsOver => Elapsed >= timeout;

    /// <param name="describe">What it waits for, as a clause.</param>
    public void Report(Func<string> describe)
    {
        if (Elapsed >= _next)
        {
            _next = Elapsed + Interval;
            logger.LogWarning("Waiting for {What}: {Elapsed:0} s of {Timeout:0} s", describe(), Elapsed.TotalSeconds, timeout.TotalSeconds);
        }
    }
}
