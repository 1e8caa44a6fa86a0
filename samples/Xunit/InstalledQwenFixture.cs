using TestReaper.Extensibility;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>Skips the tests, before the download, where there is no GPU or a tool is missing.</summary>
public sealed class InstalledQwenFixture(IMessageSink messageSink) : QwenFixture(messageSink)
{
    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = GpuSupport.FindSkipReason()
            ?? Executable.FindSkipReason("vllm", "pip install vllm")
            ?? Executable.FindSkipReason("hf", "pip install huggingface_hub");
        if (SkipReason is null)
        {
            await base.OnStartingAsync(cancellationToken);
        }
    }
}
