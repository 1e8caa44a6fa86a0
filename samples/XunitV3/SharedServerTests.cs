using TestReaper.Xunit;
using Xunit;

namespace TestReaper.Samples;

public sealed class ModelListTests(SharedServer<ModelServer> shared) : IClassFixture<SharedServer<ModelServer>>
{
    [Fact]
    public async Task There_is_a_model()
    {
        using var client = new HttpClient { BaseAddress = shared.Fixture.BaseAddress };

        Assert.Contains("sample-model", await client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken));
    }
}

public sealed class HealthTests(SharedServer<ModelServer> shared) : IClassFixture<SharedServer<ModelServer>>
{
    [Fact]
    public async Task The_same_server_is_healthy()
    {
        using var client = new HttpClient { BaseAddress = shared.Fixture.BaseAddress };

        Assert.Contains("ok", await client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        Assert.Same(shared.Fixture, await SharedServer<ModelServer>.GetAsync());
    }
}
