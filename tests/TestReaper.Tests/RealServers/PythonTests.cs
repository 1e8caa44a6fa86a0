using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

public sealed class PythonTests(ITestOutputHelper output) : RealServerTest(output)
{
    // The parent, two workers and the resource tracker, and with "forkserver" the fork server.
    [SkippableTheory(Timeout = 120_000)]
    [InlineData("spawn", 4)]
    [InlineData("forkserver", 5)]
    public async Task A_python_multiprocessing_server_restarts_on_the_same_port_and_lock(string method, int processes)
    {
        var options = new ServerProcessOptions
        {
            FileName = Programs.Require("python3"),
            Arguments = [Path.Combine(AppContext.BaseDirectory, "RealServers", "python_server.py"), method, $"{Port}", Home],
            Readiness = Readiness.Http("/health"),
        };
        using var client = new HttpClient();

        await RestartAsync(options, processes, Path.Combine(Home, "server.lock"), async (server, run) =>
            Assert.Equal($"{run * run}", await client.GetStringAsync(new Uri(server.BaseAddress, $"/{run}"))));
    }
}
