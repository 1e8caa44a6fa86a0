using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The CPU that a host spends on sampling the trees of its running servers.</summary>
internal static class IdleServers
{
    public const string Verb = "idle";

    private const int Servers = 20;
    private const double LimitPercent = 1.5;

    public static string What(Options options) => $"CPU of {Servers} idle servers beside {options.Bystanders:N0} bystanders";

    /// <summary>Measures only this row, and prints it.</summary>
    /// <param name="count">The number of bystanders.</param>
    /// <param name="areYounger">Whether they start after the servers, so that their age does not rule them out as members.</param>
    public static async Task<int> ShowAsync(string count, bool areYounger)
    {
        using var tools = new Toolbox();
        var options = new Options(IsQuick: false, Output: null) { Bystanders = int.Parse(count, CultureInfo.InvariantCulture) };
        using var older = areYounger ? null : await StartBystandersAsync(options, tools);
        Console.WriteLine(await MeasureAsync(options, tools, areYounger ? () => StartBystandersAsync(options, tools) : null));
        return 0;
    }

    private static async Task<StartedTree?> StartBystandersAsync(Options options, Toolbox tools) =>
        options.Bystanders > 0 ? await StartedTree.StartAsync(tools.Tree, new TreeShape(options.Bystanders), ["600"]) : null;

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools, Func<Task<StartedTree?>>? startBystanders = null)
    {
        var servers = new List<ServerProcess>();
        StartedTree? younger = null;
        try
        {
            for (var i = 0; i < Servers; i++)
            {
                var server = TestReaperContestant.Options(tools.Tree, new TreeShape(1).Arguments, tools.LogDirectory);
                servers.Add(await ServerProcess.StartAsync(server));
            }

            younger = startBystanders is null ? null : await startBystanders();

            // The first seconds are not typical: sampling is frequent while daemons may leave the tree, and the runtime still compiles.
            await Task.Delay(TimeSpan.FromSeconds(options.IsQuick ? 5 : 30));
            var sample = await Sample.MeasureAsync(() => Task.Delay(TimeSpan.FromSeconds(options.IsQuick ? 5 : 30)));
            var percent = sample.CpuMs / sample.WallMs * 100;
            return new Target(
                What(options),
                string.Create(CultureInfo.InvariantCulture, $"under {LimitPercent} % of a core"),
                string.Create(CultureInfo.InvariantCulture, $"{percent:0.00} % of a core"),
                percent < LimitPercent);
        }
        finally
        {
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(servers.Select(server => server.ReapAsync()));
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
            Progress.Report($"{Servers} servers were reaped in parallel in {seconds} s");
            younger?.Dispose();
        }
    }
}
