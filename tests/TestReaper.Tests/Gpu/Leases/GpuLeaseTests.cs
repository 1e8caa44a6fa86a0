using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Gpu.Leases;
using TestReaper.Tests.Infrastructure;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.LeaseMachine;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>Leases of one process: exclusion, order, time-outs, cancellation, and what happens without telemetry.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class GpuLeaseTests
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(8);

    [SkippableFact(Timeout = 60_000)]
    public async Task A_device_has_one_lease_at_a_time()
    {
        using var machine = new LeaseMachine(2);
        using var first = await machine.AcquireAsync();
        using var second = await machine.AcquireAsync();

        Assert.Equal(["GPU-0", "GPU-1"], first.Uuids.Concat(second.Uuids).Order());
        var message = await machine.RefuseAsync(Ask(lease: 0.2));
        Assert.Contains("No GPU became free within 0.2 s", message, StringComparison.Ordinal);
        Assert.Contains($"GPU-0: process {Environment.ProcessId} (a test)", message, StringComparison.Ordinal);

        first.Dispose();
        using var third = await machine.AcquireAsync(Ask(lease: 0));
        Assert.Equal(first.Uuids, third.Uuids);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_lease_that_is_kept_outlives_its_disposal()
    {
        using var machine = new LeaseMachine(1);
        var lease = await machine.AcquireAsync();

        lease.KeepUntilExit();
        lease.Dispose();

        Assert.Single(GpuLeases.List());
        lease.Release();
        Assert.Empty(GpuLeases.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task All_devices_of_a_lease_are_taken_at_once_or_none()
    {
        using var machine = new LeaseMachine(3);
        using var pair = await machine.AcquireAsync(Ask(2));

        await machine.RefuseAsync(Ask(2, lease: 0.2));

        using var single = await machine.AcquireAsync(Ask(lease: 0));
        Assert.Equal(["GPU-0", "GPU-1"], pair.Uuids);
        Assert.Equal(["GPU-2"], single.Uuids);
        Assert.Equal(3, GpuLeases.List().Count);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Those_that_wait_for_the_same_devices_get_them_in_the_order_of_arrival()
    {
        using var machine = new LeaseMachine(2);
        var order = new List<string>();
        var holder = await machine.AcquireAsync(Ask(2));
        var waiting = new List<Task>();
        foreach (var (label, count) in new[] { ("both", 2), ("one", 1), ("another", 1), ("both again", 2) })
        {
            waiting.Add(HoldAsync(label, count));
            await UntilWaitingAsync(waiting.Count);
        }

        holder.Dispose();

        await Task.WhenAll(waiting);
        Assert.Equal("both", order[0]);
        Assert.Equal(["another", "one"], order[1..3].Order());
        Assert.Equal("both again", order[3]);

        async Task HoldAsync(string label, int count)
        {
            using var lease = await machine.AcquireAsync(Ask(count), label: label);
            lock (order)
            {
                order.Add(label);
            }

            await Task.Delay(200);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_waiting_start_does_not_hold_up_one_that_needs_another_device()
    {
        using var machine = new LeaseMachine(2);
        using var holder = await machine.AcquireAsync(environment: "CUDA_VISIBLE_DEVICES=0");
        using var cancellation = new CancellationTokenSource();
        var waiting = machine.AcquireAsync(environment: "CUDA_VISIBLE_DEVICES=0", cancellationToken: cancellation.Token);
        await UntilWaitingAsync(1);

        using var other = await machine.AcquireAsync(Ask(lease: 0), "CUDA_VISIBLE_DEVICES=1");

        Assert.Equal(["GPU-1"], other.Uuids);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_cancelled_wait_leaves_no_ticket_and_no_lock()
    {
        using var machine = new LeaseMachine(1);
        var holder = await machine.AcquireAsync();
        using var cancellation = new CancellationTokenSource();
        var waiting = machine.AcquireAsync(cancellationToken: cancellation.Token);
        await UntilWaitingAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await UntilWaitingAsync(0);
        holder.Dispose();
        Assert.Empty(GpuLeases.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_script_leases_a_device_with_flock()
    {
        var flock = Programs.Require("flock");
        using var machine = new LeaseMachine(1);
        (await machine.AcquireAsync()).Dispose();
        using var script = Process.Start(new ProcessStartInfo(flock, [machine.LockOf("GPU-0"), "sleep", "60"]))!;
        try
        {
            await Poll.UntilAsync(() => GpuLeases.List().Count == 1, "the lock of the script");

            Assert.Contains("GPU-0: process", await machine.RefuseAsync(Ask(lease: 0.2)), StringComparison.Ordinal);
            Assert.Null(GpuLeases.List()[0].Since);
        }
        finally
        {
            script.Kill(entireProcessTree: true);
        }

        (await machine.AcquireAsync(Ask(lease: 10))).Dispose();
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Too_few_matching_devices_are_refused_at_once_with_the_reasons()
    {
        using var machine = new LeaseMachine(2);

        var message = await machine.RefuseAsync(Ask(2), "CUDA_VISIBLE_DEVICES=1");

        Assert.Contains("GPU-0) does not match: CUDA_VISIBLE_DEVICES=1 leaves it out", message, StringComparison.Ordinal);
        Assert.Contains("GPU 1 (Stand-in GPU, GPU-1) matches", message, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("count 0", "no GPU that this user can see")]
    [InlineData("init 18", "NVML cannot be initialized")]
    [InlineData("init 9", "no GPU that this user can see")]
    public async Task Without_telemetry_there_is_a_warning_and_no_lease(string state, string warning)
    {
        using var machine = new LeaseMachine(1, state);

        Assert.Null(await machine.TryAcquireAsync());

        Assert.Contains(warning, Assert.Single(machine.Log.Warnings), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_driver_there_is_a_warning_and_no_file()
    {
        using var machine = new LeaseMachine(new GpuMachine());
        var start = Stopwatch.GetTimestamp();

        Assert.Null(await machine.TryAcquireAsync());

        Assert.Single(machine.Log.Warnings);
        Assert.False(Directory.Exists(Path.Combine(machine.State, "testreaper", "gpu")));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_costs_no_more_than_the_time_outs()
    {
        using var machine = new LeaseMachine(1, "hang_memory 1");
        var start = Stopwatch.GetTimestamp();

        Assert.Null(await machine.TryAcquireAsync(Ask(lease: 3, idle: 3)));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6) + Margin);
        Assert.Contains("gave no answer", Assert.Single(machine.Log.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_wait_for_a_hanging_driver_can_be_cancelled()
    {
        using var machine = new LeaseMachine(1, "hang_memory 1");
        using var cancellation = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        var waiting = machine.TryAcquireAsync(cancellationToken: cancellation.Token);
        await Poll.UntilAsync(() => machine.Machine.Calls.Contains("hang"), "the query that hangs");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_lock_file_is_private_and_shows_the_holder_while_it_is_held()
    {
        using var machine = new LeaseMachine(1);
        using (await machine.AcquireAsync(label: "SomeClass"))
        {
            var lease = Assert.Single(GpuLeases.List());
            Assert.Equal(("GPU-0", Environment.ProcessId, "SomeClass"), (lease.Device, lease.Pid, lease.Label));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(machine.LockOf("GPU-0")));
        }

        Assert.Equal(0, new FileInfo(machine.LockOf("GPU-0")).Length);
        Assert.Empty(GpuLeases.List());
    }
}
