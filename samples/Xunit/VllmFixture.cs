using TestReaper.Extensibility;
using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>vLLM on a GPU of its own. The preset has the command line, the ports, the readiness check and the times.</summary>
public class VllmFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    protected override ServerProcessOptions CreateOptions() =>
        ServerPresets.Vllm("Qwen/Qwen3-0.6B").WithArguments("--max-model-len", "2048") with { Gpu = new GpuRequirement() };

    protected override Task OnStartingAsync(CancellationToken cancellationToken) =>
        Task.FromResult(SkipReason = GpuSupport.FindSkipReason());
}
