using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>llama.cpp with a model that curl downloads. LLAMA_MODEL_URL is the address of a GGUF file.</summary>
public sealed class GgufFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    private string _file = "";

    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        var url = Environment.GetEnvironmentVariable("LLAMA_MODEL_URL") ?? "";
        SkipReason = Executable.FindSkipReason("llama-server", "https://github.com/ggml-org/llama.cpp/releases")
            ?? (url.Length > 0 ? null : "LLAMA_MODEL_URL is not set");
        if (SkipReason is not null)
        {
            return;
        }

        var model = await ModelStore.EnsureAsync(
            "llama-3.2-1b",
            (context, token) => context.RunAsync(
                "curl", ["-fL", "-C", "-", "-o", $"{context.Directory}/model.gguf", url], cancellationToken: token),
            cancellationToken: cancellationToken);
        // model.Directory has model.gguf
        _file = Path.Combine(model.Directory, "model.gguf");
    }

    protected override ServerProcessOptions CreateOptions() => ServerPresets.LlamaCpp(_file);
}
