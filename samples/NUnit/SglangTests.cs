using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using TestReaper.NUnit;

namespace TestReaper.Samples;

/// <summary>A real GPU server. Without a GPU or sglang, its tests are skipped with the reason.</summary>
[RequiresGpu]
public sealed class SglangTests : ServerProcessFixture
{
    [Test]
    public async Task Generates_text()
    {
        using var client = new HttpClient { BaseAddress = BaseAddress };

        var response = await client.PostAsJsonAsync(
            "/generate", new { text = "The capital of France is", sampling_params = new { max_new_tokens = 8, temperature = 0 } });

        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
        Assert.That((string?)answer!["text"], Does.Contain("Paris"));
    }

    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        if (!await CanImportSglangAsync(cancellationToken))
        {
            SkipReason = "sglang is not installed: pip install sglang";
        }
    }

    protected override ServerProcessOptions CreateOptions() =>
        ServerPresets.Sglang("Qwen/Qwen3-0.6B") with { Gpu = new GpuRequirement() };

    private async Task<bool> CanImportSglangAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var python = Start(new ProcessStartInfo("python3", ["-c", "import sglang"]) { RedirectStandardError = true });
            await python.WaitForExitAsync(cancellationToken);
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
