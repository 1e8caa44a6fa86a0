using System.Diagnostics;

namespace TestReaper.Benchmarks;

/// <summary>The wall and CPU time of one measurement.</summary>
internal readonly record struct Sample(double WallMs, double CpuMs)
{
    /// <summary>Measures an action in this process. The CPU time is that of all threads.</summary>
    public static async Task<Sample> MeasureAsync(Func<Task> action)
    {
        // Collects the garbage of the harness, so that no collection for it falls into the measured time.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await action();
        var wall = Stopwatch.GetElapsedTime(start);
        return new Sample(wall.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
    }
}

/// <summary>Repeated measurements of the same action.</summary>
internal sealed class Series(IEnumerable<Sample> samples)
{
    private readonly Sample[] _samples = [.. samples];

    public int Count => _samples.Length;

    public double Wall => Median(_samples.Select(sample => sample.WallMs));

    public double Cpu => Median(_samples.Select(sample => sample.CpuMs));

    public double MeanWall => _samples.Average(sample => sample.WallMs);

    public double WorstWall => _samples.Max(sample => sample.WallMs);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
