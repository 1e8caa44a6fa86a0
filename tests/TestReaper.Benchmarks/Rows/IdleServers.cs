using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>What servers cost their host while the tests use them: the samples of their trees.</summary>
internal static class IdleServers
{
    private const int Servers = 20;
    private const double LimitPercent = 1.5;

    public static string What(Options options) => $"CPU of {Servers} idle servers beside {options.Bystanders:N0} bystanders";

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        var servers = new List<ServerProcess>();
        try
        {
            for (var i = 0; i < Servers; i++)
            {
                servers.Add(await ServerProcess.StartAsync(TestReaperContestant.Options(tools.Tree, new TreeShape(1).Arguments, tools.LogDirectory)));
            }

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
            await Task.WhenAll(servers.Select(server => server.ReapAsync()));
        }
    }
}
