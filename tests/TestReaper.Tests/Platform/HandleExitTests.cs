using System.Diagnostics;
using System.Globalization;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>The status of a process that its parent collects at any moment.</summary>
public sealed class HandleExitTests
{
    private const int Processes = 100;

    [SkippableFact(Timeout = 120_000)]
    public async Task The_status_is_known_although_the_parent_collects_the_process_meanwhile()
    {
        Skip.IfNot(PidfdExit.IsAvailable, "the kernel does not keep the status of collected processes");
        const string Script = "i=0; while [ $i -lt {0} ]; do sh -c 'sleep 0.05; exit 3' & echo $!; wait $!; i=$((i+1)); done";
        using var parent = StartShell(string.Format(CultureInfo.InvariantCulture, Script, Processes));
        var seen = 0;
        while (await parent.StandardOutput.ReadLineAsync() is { } line)
        {
            if (ProcFs.TryRead(int.Parse(line, CultureInfo.InvariantCulture), out var entry) != TestReaper.Platform.ReadOutcome.Read)
            {
                continue;
            }

            using var handle = LinuxProcessHandle.Open(entry.Identity);
            if (handle.IsGone())
            {
                continue;
            }

            // Without a pause: the parent is woken at the same moment.
            while (!handle.IsGone())
            {
            }

            Assert.Equal(3, handle.ReadExit()?.Code);
            seen++;
        }

        // A busy machine is late for most of them.
        Assert.True(seen > 0, "No process was seen while it lived.");
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task The_status_is_read_when_the_handle_is_closed()
    {
        Skip.IfNot(PidfdExit.IsAvailable, "the kernel does not keep the status of collected processes");
        using var parent = StartShell("exec 3<&0; sh -c 'read go; exit 3' <&3 & echo $!; wait $!; echo collected; read end");
        var pid = int.Parse((await parent.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        Assert.Equal(TestReaper.Platform.ReadOutcome.Read, ProcFs.TryRead(pid, out var entry));
        var handle = LinuxProcessHandle.Open(entry.Identity);
        await parent.StandardInput.WriteLineAsync("go");
        Assert.Equal("collected", await parent.StandardOutput.ReadLineAsync());

        handle.Dispose();

        Assert.Equal(3, handle.ReadExit()?.Code);
        await parent.StandardInput.WriteLineAsync("end");
        await parent.WaitForExitAsync();
    }

    private static Process StartShell(string script) => Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script])
    {
        RedirectStandardOutput = true,
        RedirectStandardInput = true,
    })!;
}
