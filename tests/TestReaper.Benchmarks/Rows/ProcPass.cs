using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Benchmarks.Rows;

/// <summary>One scan of all processes of the machine, compared with a C program.</summary>
internal static class ProcPass
{
    private const double Factor = 1.5;
    private const int PassesPerRound = 10;

    public static string What(Options options) =>
        string.Create(CultureInfo.InvariantCulture, $"one /proc pass with {options.Bystanders:N0} bystanders");

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        var snapshot = new ProcessSnapshot();
        List<double> ours = [], theirs = [];
        for (var round = 0; round < options.Iterations; round++)
        {
            // Alternating rounds give both the same load.
            theirs.Add((await ProgramContestant.RunAsync(tools.Pass, [$"{PassesPerRound}"])).Wall);
            for (var i = 0; i < PassesPerRound; i++)
            {
                ours.Add((await Sample.MeasureAsync(() =>
                {
                    ProcFs.Capture(snapshot);
                    return Task.CompletedTask;
                })).WallMs);
            }
        }

        var (our, their) = (Series.Median(ours), Series.Median(theirs));
        return new Target(
            What(options),
            string.Create(CultureInfo.InvariantCulture, $"within {Factor}x of a C getdents + read loop"),
            string.Create(CultureInfo.InvariantCulture, $"{our / their:0.00}x: {Report.Ms(our)} against {Report.Ms(their)} ms"),
            our / their <= Factor);
    }
}
