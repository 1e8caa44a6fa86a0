using System.Diagnostics;
using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>
/// A PyTorch server with two ranks behind uvicorn (samples/PyTorchServer). It has five processes, one of them in a session of its own,
/// and nine objects in /dev/shm. If PyTorch is not installed, its tests are skipped with the reason.
/// </summary>
public sealed class PyTorchFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    // Debian installs its packages for /usr/bin/python3, which need not be the first python3 in PATH.
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

        // Three processes import torch, which takes seconds each.
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
