using System.Diagnostics;
using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>
/// A PyTorch server of two ranks behind uvicorn, see samples/PyTorchServer: five processes, one in a session of its own, and nine
/// objects in /dev/shm. Where PyTorch is not installed its tests are skipped and say why.
/// </summary>
public sealed class PyTorchFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    // Debian's packages belong to its own Python, whatever comes first in PATH.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];
    private string _python = Candidates[0];

    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        foreach (var candidate in Candidates)
        {
            if (await CanImportTorchAsync(candidate, cancellationToken))
            {
                _python = candidate;
                return;
            }
        }

        SkipReason = "torch, fastapi and uvicorn are not installed: apt-get install python3-torch python3-fastapi python3-uvicorn";
    }

    protected override ServerProcessOptions CreateOptions() => new()
    {
        FileName = _python,
        Arguments = [Path.Combine(AppContext.BaseDirectory, "PyTorchServer", "server.py"), "--port", "{port}"],
        Readiness = Readiness.Http("/health"),

        // Three processes import torch.
        StartupTimeout = TimeSpan.FromMinutes(2),
    };

    private async Task<bool> CanImportTorchAsync(string python, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Start(
                new ProcessStartInfo(python, ["-c", "import torch, fastapi, uvicorn"]) { RedirectStandardError = true });
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
