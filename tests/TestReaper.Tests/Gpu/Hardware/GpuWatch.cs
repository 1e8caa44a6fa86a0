using System.Diagnostics;
using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Gpu.Hardware;

/// <summary>
/// Watches the end of a tree from outside: when its last process is gone, when no driver lists a process of it, and when the memory of
/// each device is back at what was used before. It has a helper process of its own, so that it does not depend on the reap.
/// </summary>
internal sealed class GpuWatch : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30), Interval = TimeSpan.FromMilliseconds(20);
    private readonly GpuTelemetry _telemetry = new(ProcessPlatform.Current, GpuRoots.OfThisProcess);
    private readonly GpuReading _baseline;

    public GpuWatch() => _baseline = Read();

    /// <summary>Device and driver differ in what stays used for moments; the default headroom of a release.</summary>
    public static long Headroom => 256L << 20;

    public GpuReading Read() => _telemetry.Read(Limit);

    /// <summary>What is used more than before, of all devices.</summary>
    public long Added(GpuReading reading) => reading.Devices.Sum(device => Math.Max(0, AddedTo(device)));

    public bool IsBack(GpuReading reading) =>
        reading.Faults.Count == 0 && reading.Devices.Count > 0 && reading.Devices.All(device => AddedTo(device) <= Headroom);

    /// <summary>Waits until all three have happened, or the limit; what has not happened has no time.</summary>
    public GpuTimes Wait(ProcessRegistry registry, IReadOnlyList<int> pids, TimeSpan limit, long start)
    {
        TimeSpan? gone = null, unlisted = null, back = null;
        while ((gone is null || unlisted is null || back is null) && Stopwatch.GetElapsedTime(start) < limit)
        {
            gone ??= registry.Alive().Count == 0 ? Stopwatch.GetElapsedTime(start) : null;
            var reading = Read();
            var now = Stopwatch.GetElapsedTime(start);
            unlisted ??= reading.Faults.Count == 0 && !reading.Holders.Any(holder => pids.Contains(holder.Pid)) ? now : null;
            back ??= IsBack(reading) ? now : null;
            Thread.Sleep(Interval);
        }

        return new GpuTimes(gone, unlisted, back);
    }

    public void Dispose() => _telemetry.Dispose();

    private long AddedTo(GpuDevice device) =>
        (device.UsedMemory ?? 0) - (_baseline.Devices.FirstOrDefault(before => before.Uuid == device.Uuid)?.UsedMemory ?? 0);
}

/// <summary>From the start of the reap; null for what did not happen.</summary>
internal sealed record GpuTimes(TimeSpan? Gone, TimeSpan? Unlisted, TimeSpan? Back);
