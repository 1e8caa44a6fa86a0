using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Quarantine;
using TestReaper.Tests.Gpu.Leases;
using TestReaper.Tests.Infrastructure;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.LeaseMachine;

namespace TestReaper.Tests.Gpu.Quarantine;

/// <summary>A device whose memory did not come back is refused to later servers until it has.</summary>
public sealed class GpuQuarantineTests
{
    private const long MiB = Devices.MiB, GiB = Devices.GiB;
    private const string Culprit = "Some.LeakingClass", Leak = "The memory did not come back.";

    [SkippableFact(Timeout = 60_000)]
    public async Task A_lease_is_refused_at_once_and_names_the_class_that_leaked()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, 4711, 30 * GiB);
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB)]);

        // The default time-outs are half an hour and two minutes.
        var message = await machine.RefuseAsync(new GpuRequirement());

        Assert.Contains($"GPU 0 (stand-in) did not come back after {Culprit}", message, StringComparison.Ordinal);
        Assert.Contains(Leak, message, StringComparison.Ordinal);
        Assert.Contains("still uses 30.0 GiB, and counts as released at 2.0 GiB", message, StringComparison.Ordinal);
        Assert.Single(GpuQuarantine.List());
        Assert.Empty(GpuLeases.List());
        Assert.Empty(GpuLeases.Waiting());
    }

    [SkippableFact]
    public void A_command_line_of_several_lines_is_one_line_of_bounded_length()
    {
        using var machine = new LeaseMachine(1);

        GpuQuarantine.Add("python -c import os\nos.abort()" + new string('x', 500), [Failed(0, 2 * GiB)]);

        var culprit = Assert.Single(GpuQuarantine.List()).Culprit;
        Assert.StartsWith("python -c import os os.abort()", culprit, StringComparison.Ordinal);
        Assert.InRange(culprit.Length, 1, 210);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_reading_at_the_target_ends_the_quarantine()
    {
        using var machine = new LeaseMachine(1, $"d0.used {2 * GiB}");
        GpuQuarantine.Add(Culprit, [Failed(0, (2 * GiB) - 1)]);
        await machine.RefuseAsync(Roomy());

        GpuQuarantine.Add(Culprit, [Failed(0, null)]);
        machine.Machine.Set($"d0.used {(2 * GiB) - 1}");

        (await machine.AcquireAsync(Roomy())).Dispose();
        Assert.Empty(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Several_failures_keep_the_lowest_target()
    {
        using var machine = new LeaseMachine(1, $"d0.used {3 * GiB}");
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB)]);
        GpuQuarantine.Add("Another.Class", [Failed(0, 4 * GiB)]);

        Assert.Contains(Culprit, await machine.RefuseAsync(Roomy()), StringComparison.Ordinal);

        var entry = Assert.Single(GpuQuarantine.List());
        Assert.Equal(2 * GiB, Assert.Single(entry.Devices).Target);
        GpuQuarantine.Add("Another.Class", [Failed(0, 1 * GiB)]);
        Assert.Equal(1 * GiB, Assert.Single(Assert.Single(GpuQuarantine.List()).Devices).Target);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_higher_target_alone_would_have_been_met()
    {
        using var machine = new LeaseMachine(1, $"d0.used {3 * GiB}");
        GpuQuarantine.Add("Another.Class", [Failed(0, 4 * GiB)]);

        (await machine.AcquireAsync(Roomy())).Dispose();
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Another_device_is_chosen_where_there_is_one()
    {
        using var machine = new LeaseMachine(3);
        machine.Hold(0, 4711, 30 * GiB);
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB), Failed(1, 2 * GiB)]);

        using var lease = await machine.AcquireAsync();

        // The set is refused as a whole: GPU 1 is free, and GPU 0 is not.
        Assert.Equal(["GPU-2"], lease.Uuids);
        Assert.Single(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_failure_without_a_target_ends_when_the_device_answers_and_is_idle()
    {
        using var machine = new LeaseMachine(2, "d0.handle 15");
        GpuQuarantine.Add(Culprit, [Failed(0, null)]);
        var needed = Ask(2, idle: 0);
        Assert.Contains("too few of one vendor match", await machine.RefuseAsync(needed), StringComparison.Ordinal);

        machine.Hold(0, 4711, 30 * GiB);
        machine.Machine.Set("d0.handle 0");
        Assert.Contains("GPU 0 (stand-in) is not idle", await machine.RefuseAsync(needed), StringComparison.Ordinal);

        machine.Free(0);
        (await machine.AcquireAsync(needed)).Dispose();
        Assert.Empty(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task While_other_servers_are_active_on_all_devices_the_decision_waits_for_them()
    {
        using var machine = new LeaseMachine(2);
        var active = await machine.AcquireAsync(Ask(2));
        machine.Hold(0, 4711, 30 * GiB);
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB), Failed(1, 2 * GiB)]);

        var waiting = machine.AcquireAsync(Ask(2));
        await UntilWaitingAsync(1);
        await Task.Delay(1500);
        Assert.False(waiting.IsCompleted);
        active.Dispose();

        var refused = await Assert.ThrowsAsync<GpuLeaseException>(() => waiting);
        Assert.Contains(Culprit, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task After_active_servers_a_reading_may_clear_the_set()
    {
        using var machine = new LeaseMachine(1);
        var active = await machine.AcquireAsync();
        machine.Hold(0, 4711, 30 * GiB);
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB)]);
        var waiting = machine.AcquireAsync();
        await UntilWaitingAsync(1);

        machine.Free(0);
        active.Dispose();

        (await waiting).Dispose();
        Assert.Empty(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task While_other_servers_are_active_on_a_part_of_the_devices_the_rest_is_refused()
    {
        using var machine = new LeaseMachine(2);
        using var active = await machine.AcquireAsync(environment: "CUDA_VISIBLE_DEVICES=0");
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB), Failed(1, 2 * GiB)]);

        var message = await machine.RefuseAsync(environment: "CUDA_VISIBLE_DEVICES=1");

        Assert.Contains("Other servers use a part of these devices (GPU-0)", message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_memory_of_this_process_does_not_keep_a_device_in_quarantine()
    {
        using var machine = new LeaseMachine(1);
        machine.Hold(0, Environment.ProcessId, 30 * GiB);
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB)]);

        (await machine.AcquireAsync()).Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("{}")]
    [InlineData("no JSON")]
    [InlineData("")]
    public async Task A_file_without_an_entry_is_ignored(string content)
    {
        using var machine = new LeaseMachine(1);
        var path = await ReplaceEntryAsync(machine, _ => content);

        Assert.Empty(GpuQuarantine.List());
        Assert.True(File.Exists(path));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_entry_of_an_earlier_boot_is_ignored_and_the_same_entry_of_this_boot_is_not()
    {
        using var machine = new LeaseMachine(1);
        await ReplaceEntryAsync(machine, content => content);
        Assert.Single(GpuQuarantine.List());

        var boot = GpuQuarantine.List()[0].Boot;
        await ReplaceEntryAsync(machine, content => content.Replace(boot, Guid.NewGuid().ToString(), StringComparison.Ordinal));

        Assert.Empty(GpuQuarantine.List());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Failures_of_several_processes_at_once_are_all_kept()
    {
        using var machine = new LeaseMachine(1);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => GpuQuarantine.Add($"Class{i}", [Failed(0, i * MiB)]))));

        Assert.Equal(MiB, Assert.Single(Assert.Single(GpuQuarantine.List()).Devices).Target);
    }

    private static GpuRequirement Roomy() => Ask(idle: 0) with { Headroom = 70 * GiB };

    private static GpuFailedRelease Failed(int device, long? target) =>
        new($"GPU-{device}", $"GPU {device} (stand-in)", GpuMemorySource.NvmlV2, target, 30 * GiB, Leak);

    // The file keeps its mode: it is private.
    private static async Task<string> ReplaceEntryAsync(LeaseMachine machine, Func<string, string> change)
    {
        GpuQuarantine.Add(Culprit, [Failed(0, 2 * GiB)]);
        var path = Assert.Single(Directory.GetFiles(Path.Combine(machine.State, "testreaper", "gpu", "quarantine")));
        await File.WriteAllTextAsync(path, change(await File.ReadAllTextAsync(path)));
        return path;
    }
}
