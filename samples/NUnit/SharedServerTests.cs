using NUnit.Framework;
using TestReaper.NUnit;

namespace TestReaper.Samples;

public sealed class ModelListTests
{
    [Test]
    public async Task There_is_a_model()
    {
        var server = await SharedServer<ModelServer>.GetAsync();
        using var client = new HttpClient { BaseAddress = server.BaseAddress };

        Assert.That(await client.GetStringAsync("/v1/models"), Does.Contain("sample-model"));
    }
}

public sealed class HealthTests
{
    [Test]
    public async Task The_same_server_is_healthy()
    {
        var server = await SharedServer<ModelServer>.GetAsync();
        using var client = new HttpClient { BaseAddress = server.BaseAddress };

        Assert.That(await client.GetStringAsync("/health"), Does.Contain("ok"));
        Assert.That(await SharedServer<ModelServer>.GetAsync(), Is.SameAs(server));
    }
}
