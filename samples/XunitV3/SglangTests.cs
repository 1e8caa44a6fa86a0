using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestReaper.Xunit;
using Xunit;

namespace TestReaper.Samples;

public sealed class SglangTests(SglangFixture fixture) : IClassFixture<SglangFixture>
{
    [GpuFact]
    public async Task Generates_text()
    {
        using var client = new HttpClient { BaseAddress = fixture.BaseAddress };

        var response = await client.PostAsJsonAsync(
            "/generate",
            new { text = "The capital of France is", sampling_params = new { max_new_tokens = 8, temperature = 0 } },
            TestContext.Current.CancellationToken);

        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Contains("Paris", (string?)answer!["text"]);
    }
}
