using System.Diagnostics;
using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>A host whose query hangs in the stand-in driver ends, and its helper with it.</summary>
public sealed class GpuHostTests
{
    [SkippableFact(Timeout = 60_000)]
    public async Task A_host_whose_query_hangs_can_exit()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        using var host = StartHost(machine);
        var helper = await ReadNumberAsync(host);
        machine.Set("hang_memory 1");

        await host.StandardInput.WriteLineAsync("1");

        Assert.Equal(1, await ReadNumberAsync(host));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await host.WaitForExitAsync(limit.Token);
        Assert.Equal(0, host.ExitCode);
        await UntilGoneAsync(helper);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_helper_does_not_survive_a_killed_host_even_if_its_query_hangs()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        using var host = StartHost(machine);
        var helper = await ReadNumberAsync(host);
        machine.Set("hang_memory 1");
        await host.StandardInput.WriteLineAsync("60");
        await Poll.UntilAsync(() => machine.Calls is ["init", "hang", ..], "the query that hangs");

        host.Kill();

        await UntilGoneAsync(helper);
    }

    private static Process StartHost(GpuMachine machine)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "TestReaper.TestHost.dll"), "--gpu",
            machine.Roots.Proc, machine.Roots.Sys, machine.Roots.Dev, machine.Roots.Nvml,
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    private static async Task<int> ReadNumberAsync(Process host) =>
        int.Parse((await host.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);

    private static Task UntilGoneAsync(int pid) => Poll.UntilAsync(() => ProcStat.StateOf(pid) is 'Z' or null, $"the end of {pid}");
}
