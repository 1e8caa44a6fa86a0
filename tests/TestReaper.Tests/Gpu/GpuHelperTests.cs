using System.Diagnostics;
using TestReaper.Gpu;
using TestReaper.Gpu.Helper;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>Queries by the helper process, with the stand-in driver.</summary>
public sealed class GpuHelperTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30), Short = TimeSpan.FromSeconds(1), Margin = TimeSpan.FromSeconds(2);

    [SkippableFact(Timeout = 60_000)]
    public async Task The_helper_process_reads_what_this_process_reads()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2", "d0.p0.pid 4711", "d0.p0.bytes 5", "d1.handle 15");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);

        var (expected, reading) = (machine.Read(), telemetry.Read(Long));

        Assert.Equal(expected.Devices, reading.Devices);
        Assert.Equal(expected.Holders, reading.Holders);
        Assert.Equal(expected.Faults, reading.Faults);
        Assert.Equal(GpuMechanism.HelperProcess, reading.Mechanism);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task One_helper_serves_a_wait_and_shuts_the_library_down_at_its_end()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        int? pid;
        using (var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots))
        {
            telemetry.Read(Long);
            pid = telemetry.HelperPid;
            machine.Set("d0.used 77");

            Assert.Equal(77, Assert.Single(telemetry.Read(Long).Devices).UsedMemory);
            Assert.Equal(pid, telemetry.HelperPid);
        }

        await UntilGoneAsync(pid);
        Assert.Equal(["init", "shutdown"], machine.Calls);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("hang_init")]
    [InlineData("hang_memory")]
    [InlineData("hang_processes")]
    public async Task A_query_that_hangs_keeps_the_deadline_and_a_later_one_gets_a_new_helper(string call)
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        if (call != "hang_init")
        {
            Assert.Empty(telemetry.Read(Long).Faults);
        }

        machine.Set($"{call} 1");
        var start = Stopwatch.GetTimestamp();
        var hung = telemetry.Read(Short);

        Assert.InRange(Stopwatch.GetElapsedTime(start), Short, Short + Margin);
        Assert.Equal(GpuFaultKind.NoAnswer, Assert.Single(hung.Faults).Kind);
        Assert.Null(telemetry.HelperPid);
        machine.Set($"{call} 0");
        Assert.Single(telemetry.Read(Long).Devices);
        await Task.CompletedTask;
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_helper_that_is_abandoned_is_killed()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        telemetry.Read(Long);
        var pid = telemetry.HelperPid;
        machine.Set("hang_memory 1");

        telemetry.Read(TimeSpan.FromMilliseconds(100));

        await UntilGoneAsync(pid);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_helper_whose_query_hangs_ends_with_its_input()
    {
        using var machine = GpuMachine.WithNvidia("count 1", "hang_memory 1");
        var files = GpuHelperFiles.TryCreate(ProcessPlatform.Current)!;
        string[] arguments =
        [
            "exec", "--runtimeconfig", files.RuntimeConfig, "--depsfile", files.Dependencies, files.Assembly,
            machine.Roots.Proc, machine.Roots.Sys, machine.Roots.Dev, machine.Roots.Nvml,
        ];
        var start = new ProcessStartInfo(files.Muxer, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var helper = Process.Start(start)!;
        await helper.StandardInput.WriteLineAsync(GpuProtocol.Request);
        await helper.StandardInput.FlushAsync();
        await Poll.UntilAsync(() => machine.Calls is ["init", "hang"], "the query that hangs");

        helper.StandardInput.Close();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await helper.WaitForExitAsync(limit.Token);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_initialization_that_is_slow_once_is_slow_once()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "init_ms 3000");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        Assert.Single(telemetry.Read(Long).Devices);

        Assert.Single(telemetry.Read(Short).Devices);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task This_process_and_the_helper_are_never_holders()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        telemetry.Read(Long);
        var (host, helper) = (Environment.ProcessId, telemetry.HelperPid!.Value);
        machine.AddProcess(host).AddProcess(helper).AddProcess(4711);
        machine.Set($"d0.p0.pid {host}", $"d0.p1.pid {helper}", "d0.p2.pid 4711");

        Assert.Equal(4711, Assert.Single(telemetry.Read(Long).Holders).Pid);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_helper_belongs_to_no_tree_and_has_no_scope()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        telemetry.Read(Long);
        var pid = telemetry.HelperPid!.Value;

        Assert.Equal(ReadOutcome.Read, ProcessPlatform.Current.Processes.TryRead(pid, out var entry));
        Assert.True(LiveTrees.IsExcluded(entry.Identity));
        Assert.DoesNotContain("TESTREAPER_SCOPE", await File.ReadAllTextAsync($"/proc/{pid}/environ"), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_helper_that_dies_is_a_fault_and_the_next_query_gets_another()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, machine.Roots);
        telemetry.Read(Long);
        var pid = telemetry.HelperPid!.Value;
        _ = LibC.kill(pid, LibC.SIGKILL);
        await Poll.UntilAsync(() => ProcStat.StateOf(pid) is 'Z' or null, "the end of the helper");

        Assert.Contains("failed", Assert.Single(telemetry.Read(Long).Faults).Text, StringComparison.Ordinal);
        Assert.Single(telemetry.Read(Long).Devices);
    }

    private static Task UntilGoneAsync(int? pid) => Poll.UntilAsync(() => ProcStat.StateOf(pid!.Value) is 'Z' or null, $"the end of {pid}");
}
