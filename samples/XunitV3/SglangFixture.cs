using System.Diagnostics;
using TestReaper.Extensibility;
using TestReaper.Xunit;
using Xunit.Sdk;

namespace TestReaper.Samples;

/// <summary>A real GPU server. Without a GPU or sglang, its tests are skipped with the reason.</summary>
public sealed class SglangFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = GpuSupport.FindSkipReason();
        if (SkipReason is null && !await CanImportSglangAsync(cancellationToken))
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
