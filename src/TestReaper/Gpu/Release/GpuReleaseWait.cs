using TestReaper.Platform;

namespace TestReaper.Gpu.Release;

// Constraint: drivers report the release of memory by no event, and a single reading may be a flicker of the teardown: memory that the
// driver has freed and takes again for another part of it (kekzl/imp #1529). A query may hang.
//
// Scheme: poll. The pause is ten times the cost of a reading, so that the wait takes a tenth of a processor at most, within 20 to 250 ms.
// A reading that ends the wait for all devices is repeated after 5 ms, and only two in a row count. One reading serves all devices.
//
// Invariants:
// - A query has what is left until the deadline, and 30 s at most: a driver that has been reset may answer a new helper process only.
// - At least one reading is made, which has a second even if the timeout is zero, and one more confirms a release that the last reading
//   shows. A reading has 0.25 s at least: less would pass for a driver that does not answer.
// - A failed reading breaks the row.

/// <summary>Waits until the devices of a tree are released. Blocks the calling thread.</summary>
internal sealed class GpuReleaseWait(GpuObservation observation, TimeSpan timeout, ILogger logger)
{
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(30), FirstReading = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestReading = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Confirmation = TimeSpan.FromMilliseconds(5), WarningInterval = TimeSpan.FromSeconds(30);
    private const int CostFactor = 10;
    private readonly Progress[] _devices = [.. observation.Devices.Select(device => new Progress(device))];
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _nextWarning = Durations.ToWarning(timeout);

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public IReadOnlyList<GpuReleaseResult> Run()
    {
        var limit = Longer(timeout, FirstReading);
        for (var isLast = false; ; limit = Longer(timeout - Elapsed, ShortestReading))
        {
            var begin = Elapsed;
            Judge(observation.Monitor.Read(Durations.Shorter(limit, LongestReading)));
            var (now, isOver) = (Elapsed, isLast);
            isLast = now >= timeout;
            if (isOver || Array.TrueForAll(_devices, IsDone) || (isLast && !Array.Exists(_devices, IsUnconfirmed)))
            {
                break;
            }

            WarnIfSlow(now);
            var left = Durations.ZeroIfNegative(timeout - now);
            var isConfirmation = isLast || Array.TrueForAll(_devices, device => IsDone(device) || IsUnconfirmed(device));
            ThreadPause.For(isConfirmation ? Confirmation : Durations.Shorter(Pause((now - begin) * CostFactor), left));
        }

        return Array.ConvertAll(_devices, device => device.ToResult());
    }

    private static TimeSpan Pause(TimeSpan asked) => Longer(ShortestPause, Durations.Shorter(asked, LongestPause));

    private static TimeSpan Longer(TimeSpan first, TimeSpan second) => first > second ? first : second;

    private static bool IsDone(Progress device) => device.IsDone;

    private static bool IsUnconfirmed(Progress device) => !device.IsDone && device.Last.IsSettled;

    private void Judge(GpuReading reading)
    {
        foreach (var device in _devices.Where(device => !device.IsDone))
        {
            device.Add(device.Release.Judge(reading), Elapsed);
        }
    }

    private void WarnIfSlow(TimeSpan elapsed)
    {
        if (elapsed < _nextWarning)
        {
            return;
        }

        _nextWarning = elapsed + WarningInterval;
        var lines = _devices.Where(device => !device.IsDone).GroupBy(device => device.Last.Detail)
            .Select(group => $"  {string.Join(", ", group.Select(device => device.Release.Name))}: {group.Key}");
        logger.LogWarning(
            "GPU memory is not released {Elapsed:0.0} s after the end of the tree, waiting up to {Timeout:0.0} s in all:{NewLine}{Devices}",
            elapsed.TotalSeconds,
            timeout.TotalSeconds,
            Environment.NewLine,
            string.Join(Environment.NewLine, lines));
    }

    /// <summary>How far the wait for one device is.</summary>
    private sealed class Progress(GpuDeviceRelease release)
    {
        private TimeSpan _elapsed;
        private long? _lastTarget;

        public GpuDeviceRelease Release => release;

        public GpuJudgement Last { get; private set; } = new(GpuVerdict.NotVerified, null);

        public bool IsDone { get; private set; }

        public void Add(GpuJudgement judgement, TimeSpan elapsed)
        {
            IsDone = judgement.IsFinal || (judgement.IsSettled && Last.IsSettled && Last.Verdict == judgement.Verdict);
            (Last, _elapsed, _lastTarget) = (judgement, elapsed, judgement.Target ?? _lastTarget);
        }

        public GpuReleaseResult ToResult()
        {
            var (device, judgement) = (release.Device, Last);
            var failure = judgement.IsFatal
                ? new GpuFailedRelease(
                    device.Uuid,
                    release.Name,
                    release.Baseline?.Source ?? device.MemorySource,
                    _lastTarget ?? release.InitialTarget,
                    judgement.Used,
                    Reason(judgement))
                : null;
            return new GpuReleaseResult(release.Name, judgement.Verdict, judgement.Detail, _elapsed, failure)
            {
                IsLost = judgement.IsFinal,
            };
        }

        private static string Reason(GpuJudgement judgement) => judgement.Verdict == GpuVerdict.Held
            ? $"It was held by {judgement.Detail}."
            : $"Its release could not be verified: {judgement.Detail}.";
    }
}

/// <summary>How the wait for one device ended.</summary>
/// <param name="Name">The device in words.</param>
/// <param name="Verdict">Whether it is free.</param>
/// <param name="Detail">The holder, the reason, or a remark.</param>
/// <param name="Elapsed">When the verdict was reached, from the end of the tree.</param>
/// <param name="Failure">Not null if it fails the reap.</param>
internal sealed record GpuReleaseResult(string Name, GpuVerdict Verdict, string? Detail, TimeSpan Elapsed, GpuFailedRelease? Failure)
{
    /// <summary>Whether the device itself has failed.</summary>
    public bool IsLost { get; init; }
}
