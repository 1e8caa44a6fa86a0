using TestReaper.Platform;

namespace TestReaper.Servers.Recording;

/// <summary>The one deadline of a recording. Each step gets a part of what is left, and none begins after the end.</summary>
internal sealed class RecordingDeadline(TimeSpan limit, CancellationToken cancellationToken)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public TimeSpan Left =>
        cancellationToken.IsCancellationRequested ? TimeSpan.Zero : Durations.ZeroIfNegative(limit - Stopwatch.GetElapsedTime(_start));

    /// <summary>A deadline for one step, not after this one.</summary>
    public RecordingDeadline Within(TimeSpan limit) => new(Durations.Shorter(limit, Left), cancellationToken);

    public bool IsOver => Left == TimeSpan.Zero;
}
