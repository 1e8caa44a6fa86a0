using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>Measures only the reap of one tree and its two lower bounds in C, and prints them.</summary>
internal static class ReapTime
{
    public const string Verb = "reap";

    private const int Iterations = 30;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task<int> ShowAsync(string count)
    {
        using var tools = new Toolbox();
        var shape = new TreeShape(int.Parse(count, CultureInfo.InvariantCulture));
        var reaper = new TestReaperContestant(tools);
        await reaper.RunAsync(shape, Iterations, Limit);
        foreach (var contestant in (Contestant[])[reaper, new WorkFloorContestant(tools), new BareFloorContestant(tools)])
        {
            var series = await contestant.RunAsync(shape, Iterations, Limit);
            var times = $"{Report.Ms(series.Wall)} ms, CPU {Report.Ms(series.Cpu)} ms";
            Console.WriteLine($"{contestant.Name}: {times} (medians of {series.Count})");
        }

        return 0;
    }
}
