using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>Ollama, with a model that is pulled after the start.</summary>
public sealed class OllamaFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = Executable.FindSkipReason("ollama", "https://ollama.com/download");
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => ServerPresets.Ollama();

    protected override Task OnReadyAsync(CancellationToken cancellationToken) =>
        OllamaModel.EnsureAsync(Server, "qwen3:0.6b", cancellationToken: cancellationToken);
}
