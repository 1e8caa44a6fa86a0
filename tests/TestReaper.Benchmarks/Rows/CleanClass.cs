using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Leaks;
using TestReaper.Processes;

namespace TestReaper.Benchmarks.Rows;

/// <summary>What [AssertReaped] costs a class that leaves nothing: a look before it, and one after it.</summary>
internal static class CleanClass
{
    public const string What = "[AssertReaped] on a class that leaves nothing";

    private const int Classes = 200;
    private const double LimitMs = 5;

    public static async Task<Target> MeasureAsync()
    {
        List<double> times = [];
        for (var i = 0; i < Classes; i++)
        {
            times.Add((await Sample.OfAsync(LookAsync)).WallMs);
        }

        var (median, worst) = (Series.Median(times), times.Max());
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"under {LimitMs} ms"),
            string.Create(CultureInfo.InvariantCulture, $"{Report.Ms(median)} ms (median of {Classes}, worst {Report.Ms(worst)}, the first of a host included)"),
            median < LimitMs);
    }

    private static async Task LookAsync()
    {
        var rule = new LeakCheckOptions(TimeSpan.FromSeconds(30), IsExclusive: true, []);
        var leak = await LeakWindow.ForClass(new TreeOwner("a class"), rule).EndAsync(NullLogger.Instance);
        if (leak is not null)
        {
            throw new InvalidOperationException(leak.Message);
        }
    }
}
