using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>A preset with changes. docs/presets.md shows it.</summary>
public class ShortContextFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    protected override ServerProcessOptions CreateOptions() => ServerPresets.Vllm("Qwen/Qwen3-0.6B")
        .WithArguments("--max-model-len", "2048")
        .WithEnvironment("HF_HUB_OFFLINE", "1") with
    {
        Gpu = new GpuRequirement(),
    };
}
