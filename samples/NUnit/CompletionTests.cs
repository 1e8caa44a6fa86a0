using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using TestReaper.NUnit;

namespace TestReaper.Samples;

/// <summary>
/// Tests the sample server: a launcher, two workers, and a scheduler that daemonizes. In NUnit the test class itself is the fixture.
/// </summary>
[AssertReaped(timeout: 30)]
public sealed class CompletionTests : ServerProcessFixture
{
    private HttpClient _client = null!;
    private IDisposable _log = null!;

    protected override ServerProcessOptions CreateOptions() => new()
    {
        FileName = Path.Combine(AppContext.BaseDirectory, "SampleServer"),
        Arguments = ["--port", "{port}", "--workers", "2", "--data", Path.Combine(AppContext.BaseDirectory, "inference")],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromMinutes(1),
    };

    [SetUp]
    public void Connect()
    {
        _client = new HttpClient { BaseAddress = BaseAddress };
        _log = WriteLogTo(TestContext.Out);
    }

    // NUnit1032, an error by default, requires that [TearDown] disposes what [SetUp] creates, and that [OneTimeTearDown] disposes
    // what [OneTimeSetUp] or a field initializer creates. The analyzer does not recognize disposal in OnStoppingAsync.
    [TearDown]
    public void Disconnect()
    {
        _log.Dispose();
        _client.Dispose();
    }

    [Test]
    public async Task Lists_its_model()
    {
        var models = await _client.GetFromJsonAsync<JsonNode>("/v1/models");

        Assert.That((string?)models!["data"]![0]!["id"], Is.EqualTo("sample-model"));
    }

    [Test]
    public async Task Completes_a_prompt_the_same_way_each_time()
    {
        var first = await CompleteAsync("the quick brown fox");

        Assert.That(await CompleteAsync("the quick brown fox"), Is.EqualTo(first));
    }

    [TestCase(1)]
    [TestCase(8)]
    public async Task Stops_at_the_token_limit(int maxTokens)
    {
        var response = await _client.PostAsJsonAsync("/v1/completions", new { prompt = "one two three", max_tokens = maxTokens });
        var completion = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();

        Assert.That((int)completion!["usage"]!["completion_tokens"]!, Is.EqualTo(maxTokens));
    }

    private async Task<string?> CompleteAsync(string prompt)
    {
        var response = await _client.PostAsJsonAsync("/v1/completions", new { prompt, max_tokens = 8 });
        var completion = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
        return (string?)completion!["choices"]![0]!["text"];
    }
}
