using TestReaper.Servers.Output;

namespace TestReaper.Servers;

/// <summary>Records when what happened to a server, from its launch on. Each moment is recorded once. For several threads.</summary>
internal sealed class TimelineRecorder
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _spawned = TimeProvider.System.GetUtcNow();
    private long _listening, _ready, _stop;

    public bool HasListener => Volatile.Read(ref _listening) != 0;

    /// <summary>When the server became ready (<see cref="Stopwatch.GetTimestamp"/>); 0 before that.</summary>
    public long ReadyTimestamp => Volatile.Read(ref _ready);

    public void AddListening() => SetOnce(ref _listening);

    public void AddReady() => SetOnce(ref _ready);

    /// <summary>The reap begins. A second reap after a failed one does not change it.</summary>
    public void AddStop() => SetOnce(ref _stop);

    /// <param name="output">Knows when the first line was read.</param>
    /// <param name="reapStart">When the reap began that the report is of.</param>
    /// <param name="report">A finished reap.</param>
    public ServerTimeline ToTimeline(ServerOutput output, long reapStart, ReapReport report)
    {
        var begin = Stopwatch.GetElapsedTime(_start, reapStart);
        return new ServerTimeline
        {
            Spawned = _spawned,
            FirstLine = SinceStart(output.FirstAt),
            Listening = SinceStart(_listening),
            Ready = SinceStart(_ready),
            Stop = SinceStart(_stop),
            Gone = begin + report.GoneAfter,
            Released = report.IsFailure ? null : begin + report.Elapsed,
        };
    }

    private static void SetOnce(ref long moment) => Interlocked.CompareExchange(ref moment, Stopwatch.GetTimestamp(), 0);

    private TimeSpan? SinceStart(long moment) => moment == 0 ? null : Stopwatch.GetElapsedTime(_start, moment);
}
