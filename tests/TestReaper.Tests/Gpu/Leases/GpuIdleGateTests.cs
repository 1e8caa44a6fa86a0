using System.Diagnostics;
using TestReaper.Gpu.Leases;
using TestReaper.Tests.Infrastructure;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.LeaseMachine;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>A leased device must be idle before the server is launched.</summary>
public sealed class GpuIdleGateTests
{
    private const long MiB = Devices.MiB, GiB = Devices.GiB;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(8);

    [SkippableFact(Timeout = 60_000)]
    public async Task A_lease_waits_until_the_memory_is_free()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, 4711, 30 * GiB);
        var waiting = machine.AcquireAsync();
        await Poll.UntilAsync(() => GpuLeases.List().Count == 1, "the lock that is taken first");
        await Task.Delay(700);
        Assert.False(waiting.IsCompleted);

        machine.Free(0);

        using var lease = await waiting;
        Assert.Equal(["GPU-0"], lease!.Uuids);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_that_stays_in_use_is_refused_with_the_name_of_the_holder()
    {
        using var machine = new LeaseMachine(1);
        using var bystander = await Bystander.StartAsync();
        machine.Hold(0, bystander.Pid, 30 * GiB);
        var start = Stopwatch.GetTimestamp();

        var message = await machine.RefuseAsync(Ask(idle: 1));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) + Margin);
        Assert.Contains("not idle within 1 s", message, StringComparison.Ordinal);
        Assert.Contains($"held by process {bystander.Pid} (", message, StringComparison.Ordinal);
        Assert.Contains("--role bystander", message, StringComparison.Ordinal);
        Assert.Contains("30.0 GiB", message, StringComparison.Ordinal);
        Assert.Contains("Headroom", message, StringComparison.Ordinal);
        Assert.Empty(GpuLeases.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_reserve_of_the_driver_is_not_free()
    {
        using var machine = new LeaseMachine(1);
        (await machine.AcquireAsync(Ask(idle: 0) with { MinFreeMemory = (80 * GiB) - (600 * MiB) })).Dispose();

        var message = await machine.RefuseAsync(Ask(idle: 0) with { MinFreeMemory = (80 * GiB) - (100 * MiB) });

        Assert.Contains("79.5 GiB are free, and 79.9 GiB are asked for", message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_idle_time_out_of_zero_refuses_at_once_and_lets_an_idle_device_pass()
    {
        using var machine = new LeaseMachine(1);
        (await machine.AcquireAsync(Ask(idle: 0))).Dispose();

        machine.Hold(0, 4711, 30 * GiB);

        await machine.RefuseAsync(Ask(idle: 0));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_secrets_of_a_holder_are_masked()
    {
        using var machine = new LeaseMachine(1);
        string[] arguments = ["-c", "sleep 60; : --api-key hunter2hunter2", "--api-key", "hunter2hunter2"];
        using var process = Process.Start(new ProcessStartInfo("sh", arguments))!;
        try
        {
            machine.Hold(0, process.Id, 30 * GiB);

            var message = await machine.RefuseAsync(Ask(idle: 0));

            Assert.Contains($"process {process.Id} (sh", message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task What_this_process_uses_does_not_count()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, Environment.ProcessId, 30 * GiB);

        (await machine.AcquireAsync(Ask(idle: 0))).Dispose();

        // The positive control: of another process the same memory counts.
        machine.Hold(0, 4711, 30 * GiB);
        await machine.RefuseAsync(Ask(idle: 0));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_idle_device_is_preferred()
    {
        using var machine = new LeaseMachine(3);
        machine.Hold(0, 4711, 30 * GiB);

        using var first = await machine.AcquireAsync(Ask(idle: 0));
        using var second = await machine.AcquireAsync(Ask(idle: 0));

        Assert.Equal(["GPU-1"], first.Uuids);
        Assert.Equal(["GPU-2"], second.Uuids);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_that_becomes_idle_replaces_one_in_use()
    {
        using var machine = new LeaseMachine(2);
        machine.Hold(0, 4711, 30 * GiB);
        machine.Hold(1, 4712, 30 * GiB);
        var waiting = machine.AcquireAsync();
        await Poll.UntilAsync(() => GpuLeases.List() is [{ Device: "GPU-0" }], "the lock of the first device");

        machine.Free(1);

        using var lease = await waiting;
        Assert.Equal(["GPU-1"], lease.Uuids);
        Assert.Equal("GPU-1", Assert.Single(GpuLeases.List()).Device);
        Assert.Equal("GPU-1", lease.Variables["CUDA_VISIBLE_DEVICES"]);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Headroom_and_free_memory_are_as_asked_for()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, 4711, 30 * GiB);

        (await machine.AcquireAsync(Ask(idle: 0) with { Headroom = 31 * GiB, MinFreeMemory = 49 * GiB })).Dispose();

        var message = await machine.RefuseAsync(Ask(idle: 0) with { Headroom = 31 * GiB, MinFreeMemory = 51 * GiB });
        Assert.Contains("49.5 GiB are free, and 51.0 GiB are asked for", message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_after_the_locks_are_taken_ends_the_gate_with_a_warning()
    {
        using var machine = new LeaseMachine(1);
        using var holder = await machine.AcquireAsync();
        var waiting = machine.AcquireAsync(Ask(idle: 1));
        await UntilWaitingAsync(1);
        machine.Machine.Set("hang_memory 1");

        holder.Dispose();

        using var lease = await waiting;
        Assert.Equal(["GPU-0"], lease.Uuids);
        Assert.Contains("could not be verified to be idle", Assert.Single(machine.Log.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_long_wait_is_logged_with_the_holder()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, 4711, 30 * GiB);

        await machine.RefuseAsync(Ask(idle: 2));

        var warning = Assert.Single(machine.Log.Warnings);
        Assert.Contains("Waiting for idle GPUs. GPU 0 (Stand-in GPU, GPU-0)", warning, StringComparison.Ordinal);
        Assert.Contains("process 4711", warning, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_that_is_lost_during_the_wait_is_refused()
    {
        using var machine = new LeaseMachine(2, "d1.handle 15");
        machine.Hold(0, 4711, 30 * GiB);
        var waiting = machine.RefuseAsync(Ask(idle: 3));
        await Poll.UntilAsync(() => GpuLeases.List().Count == 1, "the lock");

        machine.Machine.Set("d0.handle 15", "d1.handle 0");

        Assert.Contains("GPU 0", await waiting, StringComparison.Ordinal);
    }
}
