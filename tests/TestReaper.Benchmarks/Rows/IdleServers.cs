using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>What servers cost their host while the tests use them: the samples of their trees.</summary>
internal static class IdleServers
{
    public const string Verb = "idle";

    private const int Servers = 20;
    private const double LimitPercent = 1.5;

    public static string What(Options options) => $"CPU of {Servers} idle servers beside {options.Bystanders:N0} bystanders";

    /// <summary>This row alone.</summary>
    /// <param name="count">How many bystanders there are.</param>
    /// <param name="areYounger">Whether they start after the servers: then their age does not tell that they are strangers.</param>
    public static async Task<int> ShowAsync(string count, bool areYounger)
    {
        using var tools = new Toolbox();
        var options = new Options(IsQuick: false, Output: null) { Bystanders = int.Parse(count, CultureInfo.InvariantCulture) };
        using var older = areYounger ? null : await BystandersAsync(options, tools);
        Console.WriteLine(await MeasureAsync(options, tools, areYounger ? () => BystandersAsync(options, tools) : null));
        return 0;
    }

    private static async Task<StartedTree?> BystandersAsync(Options options, Toolbox tools) =>
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

            // Samples are frequent at first, when daemons leave; and the runtime compiles what runs often.
            await Task.Delay(TimeSpan.FromSeconds(options.IsQuick ? 5 : 30));
            var sample = await Sample.OfAsync(() => Task.Delay(TimeSpan.FromSeconds(options.IsQuick ? 5 : 30)));
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
            Progress.Say($"{Servers} servers were reaped at once in {seconds} s");
            younger?.Dispose();
        }
    }
}
