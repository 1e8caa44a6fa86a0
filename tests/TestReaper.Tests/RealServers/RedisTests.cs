using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

public sealed class RedisTests(ITestOutputHelper output) : RealServerTest(output)
{
    [SkippableFact(Timeout = 120_000)]
    public async Task Redis_restarts_on_the_same_port_and_data()
    {
        var pidFile = Path.Combine(Home, "redis.pid");
        var options = new ServerProcessOptions
        {
            FileName = Programs.Require("redis-server"),
            Arguments =
            [
                "--port", $"{Port}",
                "--bind", "127.0.0.1",
                "--dir", Home,
                "--pidfile", pidFile,
                "--appendonly", "yes",
                "--save", "",
            ],
            Readiness = Readiness.All(Readiness.TcpPort(), Readiness.OutputLine("Ready to accept connections")),
        };

        await RestartAsync(options, processes: 1, pidFile, async (server, run) =>
            Assert.Equal($":{run}", await LineClient.AskAsync(server.Port, "INCR runs")));
    }
}
