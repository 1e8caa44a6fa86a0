using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>llama.cpp, which also runs without a GPU. LLAMA_MODEL names the GGUF file.</summary>
public sealed class LlamaCppFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    private readonly string? _model = Environment.GetEnvironmentVariable("LLAMA_MODEL");

    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = Executable.FindSkipReason("llama-server", "https://github.com/ggml-org/llama.cpp/releases")
            ?? (File.Exists(_model) ? null : "LLAMA_MODEL does not name a GGUF file");
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => ServerPresets.LlamaCpp(_model!).WithArguments("--ctx-size", "2048");
}
