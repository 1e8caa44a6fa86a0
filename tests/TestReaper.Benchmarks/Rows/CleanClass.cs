using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Extensibility;

namespace TestReaper.Benchmarks.Rows;

/// <summary>
/// The cost of [AssertReaped] for a class that leaves nothing: one scan before the class, and one after it. It is measured in a fresh
/// host, because the first check makes its host a subreaper, which would adopt the orphans of the other rows and never reap them.
/// </summary>
internal static class CleanClass
{
    public const string What = "[AssertReaped] on a class that leaves nothing";

    /// <summary>The argument of the fresh host that measures.</summary>
    public const string Verb = "--clean-classes";

    private const int Classes = 200;
    private const double LimitMs = 5;

    public static async Task<Target> MeasureAsync()
    {
        var series = await FreshHost.RunAsync(Verb);
        var (median, worst) = (series.Wall, series.WorstWall);
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"under {LimitMs} ms"),
            $"{Report.Ms(median)} ms (median of {Classes}, worst {Report.Ms(worst)}, including the first class of the host)",
            median < LimitMs);
    }

    public static async Task<int> RunInThisHostAsync()
    {
        for (var i = 0; i < Classes; i++)
        {
            var sample = await Sample.MeasureAsync(ScanAsync);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sample.WallMs} {sample.CpuMs}"));
        }

        return 0;
    }

    private static async Task ScanAsync()
    {
        var options = new LeakCheckOptions { Label = "[AssertReaped]" };
        var check = LeakCheck.BeginForClass(new ProcessOwner("a class"), options, NullLogger.Instance);
        if (check is not null && await check.EndAsync() is { } leak)
        {
            throw new InvalidOperationException(leak.Message);
        }
    }
}
