using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

public sealed class NodeClusterTests(ITestOutputHelper output) : RealServerTest(output)
{
    [SkippableFact(Timeout = 120_000)]
    public async Task A_node_cluster_restarts_on_the_same_port_and_directory()
    {
        var options = new ServerProcessOptions
        {
            FileName = Programs.Require("node"),
            Arguments = [Path.Combine(AppContext.BaseDirectory, "RealServers", "node_cluster.js"), $"{Port}", Home],
            Readiness = Readiness.Http("/health"),
        };
        using var client = new HttpClient();

        // The primary and two workers. The response contains the pid of a worker.
        await RestartAsync(options, processes: 3, Path.Combine(Home, "cluster.pid"), async (server, _) =>
        {
            var worker = int.Parse(await client.GetStringAsync(server.BaseAddress), CultureInfo.InvariantCulture);
            Assert.Equal(server.ProcessId, ProcStat.ParentOf(worker));
        });
    }
}
