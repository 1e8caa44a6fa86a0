using TestReaper.Xunit;
using Xunit;

namespace TestReaper.Samples;

[AssertReaped(timeout: 30)]
public sealed class OllamaTests(OllamaFixture fixture) : IClassFixture<OllamaFixture>
{
    [SkippableFact]
    public async Task Has_the_model()
    {
        using var client = new HttpClient { BaseAddress = fixture.BaseAddress };

        Assert.Contains("qwen3:0.6b", await client.GetStringAsync("/api/tags"), StringComparison.Ordinal);
    }
}
