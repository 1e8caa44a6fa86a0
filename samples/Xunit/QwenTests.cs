using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestReaper.Xunit;
using Xunit;

namespace TestReaper.Samples;

[AssertReaped(timeout: 30)]
public sealed class QwenTests(InstalledQwenFixture fixture) : IClassFixture<InstalledQwenFixture>
{
    [SkippableFact]
    public async Task Completes_a_prompt()
    {
        using var client = new HttpClient { BaseAddress = fixture.BaseAddress };

        var response = await client.PostAsJsonAsync(
            "/v1/completions", new { model = "Qwen/Qwen3-0.6B", prompt = "The capital of France is", max_tokens = 8 });

        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
        Assert.NotEmpty((string?)answer!["choices"]![0]!["text"] ?? "");
    }
}
