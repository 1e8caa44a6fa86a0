using TestReaper.Platform;

namespace TestReaper.Tests.Processes;

/// <summary>A clock that a test advances.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now => TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}

/// <summary>Does not really wait. It advances the clock by the time that the wait would take.</summary>
internal sealed class FakeExitWatch(ManualTime time) : ExitWatch
{
    private readonly List<ProcessHandle> _handles = [];

    public List<TimeSpan> Waits { get; } = [];

    public override int Remaining => _handles.Count(handle => !handle.IsGone());

    public override void Add(ProcessHandle handle) => _handles.Add(handle);

    public override void WaitForAll(TimeSpan timeout)
    {
        if (Remaining > 0)
        {
            Waits.Add(timeout);
            time.Advance(timeout);
        }
    }

    public override void Pause(TimeSpan timeout) => time.Advance(timeout);

    public override void Wake()
    {
    }

    public override void Dispose()
    {
    }
}

internal sealed class FakeHandle(FakePlatform platform, ProcessIdentity identity) : ProcessHandle(identity)
{
    public override bool IsGone() => platform.Find(Identity) is not { } process || process.Entry.IsGone;

    public override bool HoldsPid => platform.Find(Identity) is not null;

    public override SignalOutcome Signal(int signal) => platform.Find(Identity)?.Take(signal) ?? SignalOutcome.Gone;

    public override void Dispose()
    {
    }
}
