using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestReaper.Xunit;
using Xunit;

namespace TestReaper.Samples;

[AssertReaped(timeout: 30)]
public sealed class PyTorchTests(PyTorchFixture fixture) : IClassFixture<PyTorchFixture>
{
    [SkippableFact]
    public async Task Both_ranks_compute_the_answer()
    {
        using var client = new HttpClient { BaseAddress = fixture.BaseAddress };

        var answer = await client.GetFromJsonAsync<JsonNode>("/generate?number=7");

        Assert.Equal(7.0, (double)answer!["answer"]!);
    }
}
