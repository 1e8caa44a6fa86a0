using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>Skips the tests also where vLLM is not installed.</summary>
public sealed class InstalledVllmFixture(IMessageSink messageSink) : VllmFixture(messageSink)
{
    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        await base.OnStartingAsync(cancellationToken);
        SkipReason ??= Executable.FindSkipReason("vllm", "pip install vllm");
    }
}
