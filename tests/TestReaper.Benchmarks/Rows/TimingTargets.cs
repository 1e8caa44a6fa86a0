using System.Globalization;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The rows that compare two cells of the table of timings.</summary>
internal static class TimingTargets
{
    /// <summary>The number of sglang's runs whose mean is compared for ten processes.</summary>
    public const int SglangRuns = 50;

    private const string TestReaper = "TestReaper", Sglang = "sglang's algorithm", KillTrue = "Kill(true) + WaitForExit";
    private const string Work = "C: same work", Bare = "C: kill + epoll";

    public static IEnumerable<Target> Judge(Timings timings)
    {
        yield return RequireSpeedup(timings, 1, Sglang, 20, series => series.Wall, "median");
        yield return RequireSpeedup(timings, 10, Sglang, 10, series => series.MeanWall, "mean");
        yield return RequireSpeedup(timings, 1000, KillTrue, 100, series => series.Wall, "median");
        yield return RequireRatio(timings, 10, 3);
        yield return RequireRatio(timings, 100, 2);
        yield return RequireRatio(timings, 1000, 1.5);
    }

    private static Target RequireSpeedup(
        Timings timings, int count, string contestant, double factor, Func<Series, double> select, string statistic)
    {
        var what = $"`ReapAsync`, N = {count}, against {contestant}";
        var must = $"at least {factor:0}x faster";
        var (ours, theirs) = (timings.Get(new TreeShape(count), 0, TestReaper), timings.Get(new TreeShape(count), 0, contestant));
        if (ours.Series is null || theirs.Series is null)
        {
            return Target.NotRun(what, must, ours.Reason ?? theirs.Reason);
        }

        var ratio = select(theirs.Series) / ours.Series.Wall;
        return new Target(what, must, string.Create(
            CultureInfo.InvariantCulture,
            $"{ratio:0.0}x: {Report.Ms(ours.Series.Wall)} ms against {Report.Ms(select(theirs.Series))} ms "
            + $"({statistic} of {theirs.Series.Count})"), ratio >= factor);
    }

    private static Target RequireRatio(Timings timings, int count, double factor)
    {
        var what = $"`ReapAsync`, N = {count}, against a C program that does the same work";
        var must = string.Create(CultureInfo.InvariantCulture, $"within {factor}x");
        var shape = new TreeShape(count);
        var (ours, work, bare) = (timings.Get(shape, 0, TestReaper), timings.Get(shape, 0, Work), timings.Get(shape, 0, Bare));
        if (ours.Series is null || work.Series is null || bare.Series is null)
        {
            return Target.NotRun(what, must, ours.Reason ?? work.Reason ?? bare.Reason);
        }

        var ratio = ours.Series.Wall / work.Series.Wall;
        return new Target(what, must, string.Create(
            CultureInfo.InvariantCulture,
            $"{ratio:0.00}x: {Report.Ms(ours.Series.Wall)} ms against {Report.Ms(work.Series.Wall)} ms "
            + $"(CPU {Report.Ms(ours.Series.Cpu)} against {Report.Ms(work.Series.Cpu)}); "
            + $"kill + epoll alone {Report.Ms(bare.Series.Wall)} ms"), ratio <= factor);
    }
}
