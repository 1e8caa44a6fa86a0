using System.Diagnostics;
using TestReaper.Extensibility;
using TestReaper.Xunit;
using Xunit.Abstractions;

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

    protected override ServerProcessOptions CreateOptions() => new()
    {
        FileName = "python3",
        Arguments = ["-m", "sglang.launch_server", "--model-path", "Qwen/Qwen3-0.6B", "--port", "{port}"],
        Readiness = Readiness.Http("/health_generate"),
        Reap = new ReapOptions
        {
            // A server that stops in order frees its pinned host memory much faster than the kernel does after SIGKILL.
            GracePeriod = TimeSpan.FromSeconds(60),
        },
    };

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
