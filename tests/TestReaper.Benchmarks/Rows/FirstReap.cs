using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The first reap of a fresh host, which includes JIT compilation. The first test class of a run pays for it.</summary>
internal static class FirstReap
{
    public const string Verb = "--first-reap";

    private static readonly int[] Counts = [1, 10];

    public static async Task<string> MeasureAsync(Options options, Toolbox tools)
    {
        var cells = new List<string>();
        foreach (var shape in Counts.Select(count => new TreeShape(count)))
        {
            Progress.Report($"{shape}: the first reap of a fresh host");
            var samples = new List<Sample>();
            for (var i = 0; i < options.Iterations; i++)
            {
                try
                {
                    var series = await FreshHost.RunAsync(Verb, tools.Tree, shape.Arguments[^1], tools.LogDirectory);
                    samples.Add(new Sample(series.Wall, series.Cpu));
                }
                catch (InvalidOperationException error)
                {
                    Progress.Report(error.Message);
                }
            }

            var all = new Series(samples);
            cells.Add(all.Count == 0
                ? $"N = {shape.Count}: failed"
                : $"N = {shape.Count}: {Report.Ms(all.Wall)} / {Report.Ms(all.Cpu)} ms "
                    + $"(worst {Report.Ms(all.WorstWall)}, {all.Count} runs)");
        }

        return $"The first reap of a fresh host, wall / CPU, medians: {string.Join("; ", cells)}.";
    }

    /// <summary>Runs in the fresh host: starts a tree, reaps it, and prints the times.</summary>
    public static async Task<int> RunInThisHostAsync(string tree, string count, string logDirectory)
    {
        var server = await ServerProcess.StartAsync(TestReaperContestant.Options(tree, ["wide", count], logDirectory));
        await StartedTree.SettleAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await server.ReapAsync();
        var wall = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{wall.TotalMilliseconds:0.0000} {cpu.TotalMilliseconds:0.0000}"));
        return 0;
    }
}
