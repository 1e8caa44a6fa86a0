using Xunit;

namespace TestReaper.Samples;

public sealed class NoFixtureTests
{
    [Fact]
    public async Task A_server_for_one_test()
    {
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = Path.Combine(AppContext.BaseDirectory, "SampleServer"),
            Arguments = ["--port", "{port}", "--workers", "1", "--data", Path.Combine(AppContext.BaseDirectory, "no-fixture")],
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromMinutes(1),
        });
        using var client = new HttpClient { BaseAddress = server.BaseAddress };

        Assert.Contains("sample-model", await client.GetStringAsync("/v1/models"));
    }
}
