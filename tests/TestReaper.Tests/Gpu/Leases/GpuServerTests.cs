using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Locks;
using TestReaper.Gpu.Quarantine;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.LeaseMachine;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>Whole servers that require GPUs.</summary>
public sealed class GpuServerTests : StartingServers
{
    private const string NotEvenRootWritesHere = "/sys/kernel/testreaper-gpu";
    private const string Script = "echo \"gpus=$CUDA_VISIBLE_DEVICES order=$CUDA_DEVICE_ORDER hip=$HIP_VISIBLE_DEVICES\"; exec sleep 60";

    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_sees_its_devices_and_keeps_them_until_it_is_reaped()
    {
        using var machine = new LeaseMachine(2);
        var server = await StartAsync(Gpu() with { Environment = new Dictionary<string, string?> { ["CUDA_VISIBLE_DEVICES"] = "1" } });

        Assert.Equal(["GPU-1"], server.GpuDevices);
        Assert.Contains("gpus=GPU-1 order= hip=", server.Output.Tail);
        var lease = Assert.Single(GpuLeases.List());
        Assert.Equal("GPU-1", lease.Device);
        Assert.Contains("/bin/sh -c", lease.Label, StringComparison.Ordinal);

        await server.DisposeAsync();
        Assert.Empty(GpuLeases.List());
        Assert.Equal(["GPU-1"], server.GpuDevices);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task By_index_the_order_of_CUDA_is_set_too()
    {
        using var machine = new LeaseMachine(3, "d0.used 40000000000");

        await using var server = await StartAsync(Gpu(Ask(2) with { DeviceFormat = GpuDeviceFormat.Index }));

        Assert.Contains("gpus=1,2 order=PCI_BUS_ID hip=", server.Output.Tail);
        Assert.Equal(["GPU-1", "GPU-2"], server.GpuDevices);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_without_a_requirement_has_no_lease()
    {
        using var machine = new LeaseMachine(1);

        await using var server = await StartAsync(Gpu() with { Gpu = null });

        Assert.Empty(server.GpuDevices);
        Assert.Empty(GpuLeases.List());
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_driver_the_server_starts_with_a_warning()
    {
        using var machine = new LeaseMachine(new GpuMachine());

        await using var server = await StartAsync(Gpu());

        Assert.Empty(server.GpuDevices);
        Assert.Contains(Log.Warnings, warning => warning.Contains("without a lease of a GPU", StringComparison.Ordinal));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Too_few_devices_are_a_failed_start()
    {
        using var machine = new LeaseMachine(1);

        var failure = await FailAsync(Gpu(Ask(2)) with { Arguments = ["-c", Script, "--api-key", "hunter2hunter2"] });

        Contains("The server could not be started: It needs 2 GPUs, and too few of one vendor match.", failure.Message);
        Contains("GPU 0 (Stand-in GPU, GPU-0) matches", failure.Message);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(GpuLeases.Waiting());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_wait_for_a_lease_does_not_count_as_startup()
    {
        using var machine = new LeaseMachine(1);
        var holder = await machine.AcquireAsync();
        var starting = StartAsync(Gpu() with { StartupTimeout = TimeSpan.FromSeconds(5) });
        await UntilWaitingAsync(1);
        await Task.Delay(6000);

        holder.Dispose();

        await (await starting).DisposeAsync();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("exit 7")]
    [InlineData("sleep 60")]
    public async Task A_failed_start_ends_the_lease(string script)
    {
        using var machine = new LeaseMachine(1);

        await FailAsync(Gpu() with { Arguments = ["-c", script], StartupTimeout = TimeSpan.FromSeconds(1) });

        Assert.Empty(GpuLeases.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_directory_of_locks_without_the_right_to_write_is_a_failed_start()
    {
        using var machine = new LeaseMachine(1);
        GpuDirectory.Use(NotEvenRootWritesHere);

        var failure = await FailAsync(Gpu());

        Contains(NotEvenRootWritesHere, failure.Message);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_program_that_does_not_exist_ends_the_lease()
    {
        using var machine = new LeaseMachine(1);

        await FailAsync(Gpu() with { FileName = "/no/such/program" });

        Assert.Empty(GpuLeases.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_start_that_is_cancelled_while_it_waits_leaves_nothing()
    {
        using var machine = new LeaseMachine(1);
        using var holder = await machine.AcquireAsync();
        using var cancellation = new CancellationTokenSource();
        var starting = StartAsync(Gpu(), cancellation.Token);
        await UntilWaitingAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Empty(GpuLeases.Waiting());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_restart_keeps_the_devices_also_while_another_start_waits()
    {
        using var machine = new LeaseMachine(1);
        var server = await StartAsync(Gpu());
        using var cancellation = new CancellationTokenSource();
        var waiting = machine.AcquireAsync(cancellationToken: cancellation.Token);
        await UntilWaitingAsync(1);

        var again = await server.RestartAsync(Log, CancellationToken.None);

        Assert.Equal(["GPU-0"], again.GpuDevices);
        Assert.False(waiting.IsCompleted);
        await again.DisposeAsync();
        (await waiting).Dispose();
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_that_names_a_quarantined_device_is_refused_and_one_that_names_another_is_not()
    {
        using var machine = new LeaseMachine(2);
        machine.Hold(0, 4711, 30L << 30);
        Quarantine();

        var failure = await FailAsync(Naming("GPU-0"));

        Contains("Some.LeakingClass", failure.Message);
        await (await StartAsync(Naming("GPU-1"))).DisposeAsync();
        await (await StartAsync(Gpu() with { Gpu = null })).DisposeAsync();
        await (await StartAsync(Naming(null))).DisposeAsync();
        machine.Free(0);
        await (await StartAsync(Naming("0"))).DisposeAsync();
        Assert.Empty(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_failed_start_without_a_requirement_names_the_quarantine_as_a_likely_cause()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, 4711, 30L << 30);
        Quarantine();

        var failure = await FailAsync(Gpu() with { Gpu = null, Arguments = ["-c", "exit 7"] });

        Contains("did not come back after Some.LeakingClass", failure.Message);
    }

    private static void Quarantine() => GpuQuarantine.Add(
        "Some.LeakingClass", [new("GPU-0", "GPU 0 (stand-in)", GpuMemorySource.NvmlV2, 2L << 30, 30L << 30, "It is full.")]);

    private ServerProcessOptions Naming(string? device) =>
        Gpu() with { Gpu = null, Environment = new Dictionary<string, string?> { ["CUDA_VISIBLE_DEVICES"] = device } };

    private ServerProcessOptions Gpu(GpuRequirement? requirement = null) =>
        Shell(Script) with { Gpu = requirement ?? Ask(), Readiness = Readiness.OutputLine("gpus=") };
}
