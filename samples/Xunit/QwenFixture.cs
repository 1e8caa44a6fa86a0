using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

// docs/models.md shows this class.
public class QwenFixture(IMessageSink sink) : ServerProcessFixture(sink)
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken) =>
        ModelStore.EnsureHuggingFaceAsync(new HuggingFaceModel("Qwen/Qwen3-0.6B"), cancellationToken: cancellationToken);

    protected override ServerProcessOptions CreateOptions() => ModelStore.Offline(new ServerProcessOptions
    {
        FileName = "vllm",
        Arguments = ["serve", "Qwen/Qwen3-0.6B", "--port", "{port}"],
        Readiness = Readiness.Http("/health"),
    });
}
