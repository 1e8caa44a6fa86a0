using TestReaper.Xunit;
using Xunit;

namespace TestReaper.Samples;

[AssertReaped(timeout: 30)]
public sealed class GgufTests(GgufFixture fixture) : IClassFixture<GgufFixture>
{
    [SkippableFact]
    public async Task Loads_the_downloaded_model()
    {
        using var client = new HttpClient { BaseAddress = fixture.BaseAddress };

        Assert.Contains("model.gguf", await client.GetStringAsync("/v1/models"), StringComparison.Ordinal);
    }
}
