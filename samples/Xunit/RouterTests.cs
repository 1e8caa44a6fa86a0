using Xunit;

namespace TestReaper.Samples;

public sealed class RouterTests(RouterFixture fixture) : IClassFixture<RouterFixture>
{
    [Fact]
    public async Task Router_and_workers_answer_on_ports_of_their_own()
    {
        using var client = new HttpClient();
        Uri[] servers = [fixture.BaseAddress, .. fixture.Workers];

        foreach (var server in servers)
        {
            Assert.Contains("sample-model", await client.GetStringAsync(new Uri(server, "/v1/models")));
        }

        Assert.Equal(3, servers.Select(server => server.Port).Distinct().Count());
    }
}
