using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TestReaper.Samples.Adapter;

namespace TestReaper.Samples;

[TestClass]
public sealed class CompletionTests : ServerTestClass<InferenceServer>, IDisposable
{
    private HttpClient _client = null!;
    private IDisposable _log = null!;

    [TestInitialize]
    public void Connect()
    {
        _client = new HttpClient { BaseAddress = Fixture.Server.BaseAddress };
        _log = Fixture.WriteLogTo(TestContext);
    }

    public void Dispose()
    {
        _log.Dispose();
        _client.Dispose();
    }

    [TestMethod]
    public async Task Lists_its_model()
    {
        var models = await _client.GetFromJsonAsync<JsonNode>("/v1/models", TestContext.CancellationToken);

        Assert.AreEqual("sample-model", (string?)models!["data"]![0]!["id"]);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    public async Task Stops_at_the_token_limit(int maxTokens)
    {
        var request = new { prompt = "one two three", max_tokens = maxTokens };

        var response = await _client.PostAsJsonAsync("/v1/completions", request, TestContext.CancellationToken);

        var completion = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(TestContext.CancellationToken);
        Assert.AreEqual(maxTokens, (int)completion!["usage"]!["completion_tokens"]!);
    }
}
