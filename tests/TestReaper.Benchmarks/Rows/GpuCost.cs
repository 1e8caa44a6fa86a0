using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Gpu;
using TestReaper.Gpu.Release;
using TestReaper.Platform;

namespace TestReaper.Benchmarks.Rows;

/// <summary>
/// What the GPU code adds to a fixture on a machine without a driver, and how long the wait for a GPU goes on after its memory is back.
/// The driver of the second row is the stand-in of the tests.
/// </summary>
internal static class GpuCost
{
    public const string NoDriver = "what the GPU code adds to a fixture, without a GPU driver";
    public const string Wait = "the wait for a GPU after its memory is back (stand-in driver)";

    /// <summary>Measures only these rows, and prints them.</summary>
    public const string Verb = "gpu";

    private const int Fixtures = 200, Waits = 30;
    private const double NoDriverLimitMs = 1, WaitLimitMs = 25;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<int> ShowAsync()
    {
        using var tools = new Toolbox();
        Console.WriteLine(MeasureNoDriver());
        Console.WriteLine(await MeasureWaitAsync(tools));
        return 0;
    }

    /// <summary>What a start and a reap do: the readings before the launch, when the server is ready, and before the stop.</summary>
    public static Target MeasureNoDriver()
    {
        var root = Directory.CreateTempSubdirectory("testreaper-gpu-");
        var platform = ProcessPlatform.Current;
        var monitor = new GpuMonitor(platform, GpuRoots.Below(root.FullName));
        var times = new List<double>();
        for (var i = 0; i < Fixtures; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var gpu = GpuObservation.Begin(monitor, platform, [], headroom: null, Limit, NullLogger.Instance);
            gpu.ObserveReadyAsync([], CancellationToken.None).GetAwaiter().GetResult();
            gpu.ObserveBeforeReap([], hasEnded: true, Limit);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        root.Delete(recursive: true);
        var median = Series.Median(times);
        return new Target(
            NoDriver,
            string.Create(CultureInfo.InvariantCulture, $"under {NoDriverLimitMs} ms"),
            string.Create(
                CultureInfo.InvariantCulture, $"{median:0.000} ms (median of {Fixtures}, the first of the process {times[0]:0.000} ms)"),
            median < NoDriverLimitMs);
    }

    public static async Task<Target> MeasureWaitAsync(Toolbox tools)
    {
        using var driver = new StandInDriver(tools);
        var platform = ProcessPlatform.Current;
        var monitor = new GpuMonitor(platform, driver.Roots);
        var times = new List<double>();
        for (var i = 0; i < Waits; i++)
        {
            driver.SetUsed(4L << 20);
            var gpu = GpuObservation.Begin(monitor, platform, ["GPU-0"], headroom: null, Limit, NullLogger.Instance);
            driver.SetUsed(40L << 30);
            var wait = Task.Run(() => (Results: new GpuReleaseWait(gpu, Limit, NullLogger.Instance).Run(), End: Stopwatch.GetTimestamp()));

            // Not a multiple of the pause between two readings, so that the memory comes back anywhere between them.
            await Task.Delay(200 + (i * 7));
            driver.SetUsed(4L << 20);
            var back = Stopwatch.GetTimestamp();
            var (results, end) = await wait;
            if (results is not [{ Verdict: GpuVerdict.Released }])
            {
                throw new InvalidOperationException($"the verdict is {results[0].Verdict}: {results[0].Detail}");
            }

            times.Add(Stopwatch.GetElapsedTime(back, end).TotalMilliseconds);
        }

        var median = Series.Median(times);
        return new Target(
            Wait,
            string.Create(CultureInfo.InvariantCulture, $"at most {WaitLimitMs} ms"),
            $"{Report.Ms(median)} ms (median of {Waits}, worst {Report.Ms(times.Max())})",
            median <= WaitLimitMs);
    }
}
