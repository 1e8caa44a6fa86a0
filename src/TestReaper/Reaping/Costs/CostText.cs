namespace TestReaper.Reaping.Costs;

/// <summary>One line of a report with what the server cost, and when what happened.</summary>
internal static class CostText
{
    private const double KiB = 1024;

    /// <summary>One line; none for a report that knows neither.</summary>
    public static IEnumerable<string> Lines(ReapReport report)
    {
        string[] parts = [.. Costs(report.Cost), .. Times(report.Timeline)];
        return parts.Length == 0 ? [] : [$"Cost: {string.Join("; ", parts)}"];
    }

    public static string Bytes(long bytes)
    {
        var (value, unit) = bytes switch
        {
            < 1024 * 1024 => (bytes / KiB, "KiB"),
            < 1024 * 1024 * 1024 => (bytes / KiB / KiB, "MiB"),
            _ => (bytes / KiB / KiB / KiB, "GiB"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
    }

    private static IEnumerable<string> Costs(ServerCost? cost)
    {
        if (cost?.PeakMemory is { } memory)
        {
            yield return $"peak memory {Bound(cost.PeakMemorySource)}{Bytes(memory)} ({Source(cost.PeakMemorySource)})";
        }

        if (cost?.CpuTime is { } cpu)
        {
            yield return $"CPU time {Bound(cost.CpuTimeSource)}{ReapReportText.Seconds(cpu)} ({Source(cost.CpuTimeSource)})";
        }

        if (cost?.PeakGpuMemory is { } gpu)
        {
            yield return $"peak GPU memory {Bound(cost.PeakGpuMemorySource)}{Bytes(gpu)} ({Source(cost.PeakGpuMemorySource)})";
        }
    }

    private static IEnumerable<string> Times(ServerTimeline? times)
    {
        (string Name, TimeSpan? Time)[] all =
        [
            ("first line", times?.FirstLine), ("listening", times?.Listening), ("ready", times?.Ready), ("stop", times?.Stop),
            ("gone", times?.Gone), ("released", times?.Released),
        ];
        var known = all.Where(one => one.Time is not null).Select(one => $"{one.Name} {ReapReportText.Seconds(one.Time!.Value)}");
        return times is null ? [] : [$"after the spawn: {string.Join(", ", known)}"];
    }

    private static string Bound(CostSource source) => source == CostSource.CGroup ? "" : "at least ";

    private static string Source(CostSource source) => source switch
    {
        CostSource.CGroup => "cgroup",
        CostSource.Samples => "samples",
        CostSource.ResourceUsage => "rusage",
        CostSource.GpuDriver => "driver",
        _ => "not measured",
    };
}
