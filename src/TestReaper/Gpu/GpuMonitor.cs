using TestReaper.Platform;

namespace TestReaper.Gpu;

// Constraint: to start the process that queries the drivers takes 0.2 s, and the driver of an idle GPU takes seconds. Several fixtures of
// a process may wait at the same time.
//
// Scheme: all waits of this process share one GpuTelemetry. A caller that waited for another one's reading uses that reading if the
// reading began after the call. A few seconds after the last reading the telemetry is closed: an open library keeps the GPU powered, and
// prevents its reset and changes of its MIG mode.
//
// Invariant: Read returns within its limit, also while the reading of another caller hangs.

/// <summary>The readings of this process. For several threads.</summary>
internal sealed class GpuMonitor(IProcessPlatform platform, GpuRoots roots)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);
    private static readonly AsyncLocal<GpuMonitor?> Replacement = new();
    private static readonly Lazy<GpuMonitor> OfThisProcess = new(() => new(ProcessPlatform.Current, GpuRoots.OfThisProcess));
    private readonly object _gate = new();
    private GpuTelemetry? _telemetry;
    private Timer? _close;
    private GpuReading _last = GpuReading.Empty;
    private long _lastStart = long.MinValue;
    private long _lastEnd;

    /// <summary>The monitor of the real drivers. A test replaces it in its asynchronous flow.</summary>
    public static GpuMonitor Current
    {
        get => Replacement.Value ?? OfThisProcess.Value;
        set => Replacement.Value = value;
    }

    public GpuRoots Roots => roots;

    /// <summary>Whether a driver may be loaded. Takes microseconds.</summary>
    public bool HasDriver => roots.HasDriver;

    /// <summary>Reads the GPUs. Without a driver it returns <see cref="GpuReading.Empty"/> at once.</summary>
    /// <param name="limit">The longest time that this call takes.</param>
    public GpuReading Read(TimeSpan limit)
    {
        if (!roots.HasDriver)
        {
            return GpuReading.Empty;
        }

        var call = Stopwatch.GetTimestamp();
        if (!Monitor.TryEnter(_gate, limit > TimeSpan.Zero ? limit : TimeSpan.Zero))
        {
            return GpuReading.Failed(GpuFaultKind.NoAnswer, GpuReading.NoAnswerText(limit));
        }

        try
        {
            return _lastStart >= call ? _last : ReadNow(limit - Stopwatch.GetElapsedTime(call));
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    private GpuReading ReadNow(TimeSpan limit)
    {
        _telemetry ??= new GpuTelemetry(platform, roots);
        _lastStart = Stopwatch.GetTimestamp();
        _last = _telemetry.Read(limit);
        _lastEnd = Stopwatch.GetTimestamp();
        _close ??= new Timer(_ => CloseIfUnused());
        _close.Change(Linger, Timeout.InfiniteTimeSpan);
        return _last;
    }

    private void CloseIfUnused()
    {
        // A reading that is under way sets the timer again. It may hang, and this is a thread of the pool.
        if (!Monitor.TryEnter(_gate))
        {
            return;
        }

        try
        {
            // A timer may fire some milliseconds early. A later reading has set it again.
            if (Stopwatch.GetElapsedTime(_lastEnd) >= Linger / 2)
            {
                _telemetry?.Dispose();
                _telemetry = null;
            }
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }
}
