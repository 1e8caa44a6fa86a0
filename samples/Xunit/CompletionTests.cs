using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestReaper.Xunit;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

[AssertReaped(timeout: 30)]
public sealed class CompletionTests(InferenceServerFixture fixture, ITestOutputHelper output)
    : IClassFixture<InferenceServerFixture>, IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = fixture.BaseAddress };
    private readonly IDisposable _log = fixture.WriteLogTo(output);

    public void Dispose()
    {
        _log.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Lists_its_model()
    {
        var models = await _client.GetFromJsonAsync<JsonNode>("/v1/models");

        Assert.Equal("sample-model", (string?)models!["data"]![0]!["id"]);
    }

    [Fact]
    public async Task Completes_a_prompt_the_same_way_each_time()
    {
        Assert.Equal(await CompleteAsync("the quick brown fox"), await CompleteAsync("the quick brown fox"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Stops_at_the_token_limit(int maxTokens)
    {
        var response = await _client.PostAsJsonAsync("/v1/completions", new { prompt = "one two three", max_tokens = maxTokens });
        var completion = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();

        Assert.Equal(maxTokens, (int)completion!["usage"]!["completion_tokens"]!);
    }

    private async Task<string?> CompleteAsync(string prompt)
    {
        var response = await _client.PostAsJsonAsync("/v1/completions", new { prompt, max_tokens = 8 });
        var completion = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
        return (string?)completion!["choices"]![0]!["text"];
    }
}
