using System.Diagnostics;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Quarantine;
using TestReaper.Tests.Infrastructure;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.LeaseMachine;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>Leases of several processes that share a state directory.</summary>
public sealed class GpuLeaseProcessesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [SkippableFact(Timeout = 120_000)]
    public async Task Twenty_holders_in_four_processes_share_eight_devices()
    {
        using var machine = new LeaseMachine(8);
        string[] leases = ["1:200:3", "3:150:3", "2:300:3", "5:100:3", "8:100:3"];
        var hosts = Enumerable.Range(0, 4).Select(_ => Start(machine, leases)).ToList();
        try
        {
            foreach (var host in hosts)
            {
                Assert.Equal("done", await host.StandardOutput.ReadLineAsync());
            }
        }
        finally
        {
            hosts.ForEach(End);
        }

        var use = new GpuUse(Directory.GetFiles(machine.State, "*.log").SelectMany(File.ReadAllLines));
        Assert.Equal(60, use.Begun.Count);
        Assert.Empty(use.FindDoubleUse());

        // Without an order, the leases of all eight devices would be overtaken again and again.
        Assert.InRange(use.MostOvertaken(slack: 2 * Second), 0, 2);
        Assert.Empty(GpuLeases.List());
        Assert.Empty(GpuLeases.Waiting());
    }

    [Fact]
    public void A_device_that_two_leases_have_is_found_in_the_log()
    {
        Assert.Empty(new GpuUse(["1 begin a GPU-0,GPU-1", "2 end a GPU-0,GPU-1", "3 begin b GPU-1"]).FindDoubleUse());
        Assert.Equal(["GPU-1: a and b"], new GpuUse(["3 end a GPU-1", "1 begin a GPU-1", "2 begin b GPU-1"]).FindDoubleUse());
        Assert.Single(new GpuUse(["1 twice GPU-1"]).FindDoubleUse());
        string[] reversed = ["1000 wait a", "2000 wait b", "3000 wait c", "4000 begin c 1", "5000 begin b 2", "6000 begin a 3"];
        Assert.Equal(2, new GpuUse(reversed).MostOvertaken(TimeSpan.Zero));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("1:0")]
    [InlineData("server")]
    public async Task The_lease_of_a_killed_process_is_free_within_a_second(string lease)
    {
        using var machine = new LeaseMachine(1);
        var host = Start(machine, lease);
        try
        {
            Assert.Equal("held GPU-0", await host.StandardOutput.ReadLineAsync());
            var waiting = machine.AcquireAsync();
            await UntilWaitingAsync(1);
            await Task.Delay(300);
            Assert.False(waiting.IsCompleted);
            Assert.Equal(host.Id, Assert.Single(GpuLeases.List()).Pid);

            host.Kill();
            var start = Stopwatch.GetTimestamp();
            await Poll.UntilAsync(() => GpuLeases.List() is [var held] && held.Pid == Environment.ProcessId, "the lock of the waiter");

            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Second);
            (await waiting).Dispose();
        }
        finally
        {
            End(host);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_ticket_of_a_killed_process_does_not_count()
    {
        using var machine = new LeaseMachine(2);
        var holder = await machine.AcquireAsync(environment: "CUDA_VISIBLE_DEVICES=0");
        var host = Start(machine, "2:0");
        try
        {
            await UntilWaitingAsync(1);
            var waiting = machine.AcquireAsync(environment: "CUDA_VISIBLE_DEVICES=1");
            await UntilWaitingAsync(2);
            await Task.Delay(300);
            Assert.False(waiting.IsCompleted);

            host.Kill();
            var start = Stopwatch.GetTimestamp();

            (await waiting).Dispose();
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, 4 * Second);
            holder.Dispose();
        }
        finally
        {
            End(host);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_quarantine_counts_in_other_processes()
    {
        using var machine = new LeaseMachine(2);
        machine.Hold(0, 4711, 30L << 30);
        GpuQuarantine.Add(
            "Some.Class", [new("GPU-0", "GPU 0", TestReaper.Gpu.GpuMemorySource.NvmlV2, 2L << 30, 30L << 30, "It is full.")]);
        var host = Start(machine, "1:0");
        var refused = Start(machine, "2:0");
        try
        {
            Assert.Equal("held GPU-1", await host.StandardOutput.ReadLineAsync());
            Assert.Contains("Some.Class", await refused.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        }
        finally
        {
            End(host);
            End(refused);
        }
    }

    private static Process Start(LeaseMachine machine, params string[] leases)
    {
        var roots = machine.Machine.Roots;
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "TestReaper.TestHost.dll"), "--gpu-lease",
            roots.Proc, roots.Sys, roots.Dev, roots.Nvml, machine.State, .. leases,
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = machine.State;
        return Process.Start(start)!;
    }

    private static void End(Process host)
    {
        host.Kill();
        host.WaitForExit();
        host.Dispose();
    }
}
