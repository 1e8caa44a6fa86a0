using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>Libraries and devices of other kinds: old record formats, MIG, coherent and unified memory, AMD.</summary>
public sealed class ReleaseDeviceTests
{
    private const long GiB = ReleaseScene.GiB, MiB = ReleaseScene.MiB;

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("", 24)]
    [InlineData("", 32)]
    [InlineData("-DV2_ONLY", 24)]
    [InlineData("-DV1_ONLY", 16)]
    [InlineData("-DNO_MEMORY_V2", 24)]
    public async Task Each_version_of_the_library_shows_a_leak_and_its_end(string macros, int stride)
    {
        using var scene = await ReleaseScene.StartAsync(GpuMachine.WithNvidiaLibrary(macros, "count 1", $"stride {stride}"));
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromSeconds(1) };
        scene.Use(40 * GiB);

        var (_, held) = await scene.FailedAsync();
        scene.Free();
        var released = await scene.ReleasedAsync();

        Assert.Contains($"process {scene.Pid} ", held.Detail, StringComparison.Ordinal);
        Assert.Contains("40.0 GiB", held.Detail, StringComparison.Ordinal);
        Assert.Equal(ReleaseVerdict.Released, released.Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_MIG_instance_is_a_device_of_its_own()
    {
        using var scene = await StartMigAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromSeconds(1) };

        var (failure, held) = await scene.FailedAsync();
        scene.Free(device: 102);
        var released = await scene.ReleasedAsync();

        Assert.Equal("MIG instance 2 (Stand-in MIG 1g.10gb, MIG-102)", held.Name);
        Assert.Equal("MIG-102", Assert.Single(failure.Report.FailedGpus).Uuid);
        Assert.Equal(ReleaseVerdict.Released, released.Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_MIG_instance_that_was_destroyed_is_released_if_its_GPU_lists_no_process_of_the_tree()
    {
        using var scene = await StartMigAsync();
        var reap = await scene.ReapAsync();
        scene.Machine.Set("d102.handle 6");

        var condition = Assert.Single((await reap).Releases);

        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.StartsWith("the MIG instance was destroyed", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_MIG_instance_that_was_destroyed_is_not_verified_while_its_GPU_lists_the_tree()
    {
        using var scene = await StartMigAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromSeconds(1) };
        var reap = await scene.ReapAsync();
        scene.Machine.Set("d102.handle 6", $"d100.p0.pid {scene.Pid}");

        var condition = Assert.Single((await reap).Releases);

        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.Contains($"still lists process {scene.Pid}", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task On_a_device_with_coherent_memory_the_pids_decide_and_the_memory_is_said()
    {
        using var machine = GpuMachine.WithNvidia("count 1").Add("proc/driver/nvidia/gpus/0000:4a:00.0/numa_status", "Node: 1");
        using var scene = await ReleaseScene.StartAsync(machine);
        scene.Use(40 * GiB);
        var reap = await scene.ReapAsync();
        await Task.Delay(300);
        Assert.False(reap.IsCompleted);

        scene.Unlist();

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.Equal(
            "only its processes were verified, since the operating system owns its memory, of which 40.0 GiB are used", condition.Detail);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task On_a_device_with_unified_memory_the_pids_decide()
    {
        using var scene = await ReleaseScene.StartAsync("d0.memory1 3", "d0.memory2 3");
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromSeconds(1) };
        scene.Use(40 * GiB);

        var (_, held) = await scene.FailedAsync();
        scene.Unlist();
        var released = await scene.ReleasedAsync();

        Assert.EndsWith("with 40.0 GiB, which the driver still lists", held.Detail, StringComparison.Ordinal);
        Assert.Equal(ReleaseVerdict.Released, released.Verdict);
        Assert.Equal("only its processes were verified, since it uses the memory of the system", released.Detail);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_entry_of_KFD_that_goes_before_the_memory_does_not_release_the_device()
    {
        using var scene = await StartAmdAsync();
        UseAmd(scene);
        var reap = await scene.ReapAsync();
        scene.Machine.Delete($"sys/class/kfd/kfd/proc/{scene.Pid}");
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);

        SetVram(scene.Machine, 50 * MiB);

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_entry_of_KFD_that_stays_holds_the_device()
    {
        using var scene = await StartAmdAsync();
        scene.Options = scene.Options with { GpuReleaseTimeout = TimeSpan.FromSeconds(1) };
        UseAmd(scene);
        var reap = await scene.ReapAsync();
        SetVram(scene.Machine, 50 * MiB);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reap);

        Assert.StartsWith($"process {scene.Pid} ", Assert.Single(failure.Report.Releases).Detail, StringComparison.Ordinal);
    }

    /// <summary>In a container KFD lists pids of the host. An entry that appeared with the tree makes the device a condition.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(true, ReleaseVerdict.Released, "only its memory was verified, since the driver lists pids of another")]
    [InlineData(false, ReleaseVerdict.NotVerified, "40.0 GiB of 64.0 GiB are used, 38.7 GiB above the target of 1.3 GiB")]
    public async Task In_a_container_the_memory_alone_is_verified(bool isFree, ReleaseVerdict verdict, string detail)
    {
        using var machine = AmdMachine().AddLink("proc/self/ns/pid", "pid:[4026532000]");
        using var scene = await ReleaseScene.StartAsync(machine);
        scene.Options = scene.Options with { GpuReleaseTimeout = ReleaseScene.Short };
        machine.Add("sys/class/kfd/kfd/proc/1234567/vram_51110", $"{40 * GiB}\n");
        SetVram(machine, 40 * GiB);
        var reap = await scene.ReapAsync();
        SetVram(machine, isFree ? 50 * MiB : 40 * GiB);

        var condition = Assert.Single((await reap).Releases);

        Assert.Equal(verdict, condition.Verdict);
        Assert.StartsWith(detail, condition.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_driver_that_reports_no_used_memory_needs_no_reading_before_the_launch()
    {
        using var machine = new GpuMachine()
            .Add("sys/class/drm/card0/device/uevent", "DRIVER=xe\nPCI_SLOT_NAME=0000:03:00.0\n")
            .Add("sys/class/drm/card0/device/vendor", "0x8086\n")
            .Add("sys/class/drm/card0/device/drm/renderD128/dev", "226:128\n")
            .Add("sys/class/drm/renderD128/dev", "226:128\n");
        using var scene = await ReleaseScene.StartAsync(machine);
        Assert.Equal(0, CountHelpers(machine));
        machine.AddLink($"proc/{scene.Pid}/fd/5", "/dev/dri/renderD128")
            .Add(
                $"proc/{scene.Pid}/fdinfo/5",
                "drm-driver:\txe\ndrm-client-id:\t3\ndrm-pdev:\t0000:03:00.0\ndrm-total-vram0:\t23992 KiB\n");
        var reap = await scene.ReapAsync();
        await Task.Delay(300);
        Assert.False(reap.IsCompleted);

        machine.Delete($"proc/{scene.Pid}");

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.Released, condition.Verdict);
        Assert.Equal("only its processes were verified, since its driver does not report the used memory", condition.Detail);
    }

    private static int CountHelpers(GpuMachine machine)
    {
        var snapshot = new ProcessSnapshot();
        var table = ProcessPlatform.Current.Processes;
        table.Capture(snapshot);
        return snapshot.Entries.Count(entry => table.CommandLine(entry.Pid).Contains(machine.Roots.Nvml, StringComparison.Ordinal));
    }

    private static async Task<ReleaseScene> StartMigAsync()
    {
        var scene = await ReleaseScene.StartAsync(
            "d0.mig 1", "d0.instances 3", "d101.handle 6", $"d100.total {10 * GiB}", $"d102.total {10 * GiB}");
        scene.Use(8 * GiB, device: 102);
        return scene;
    }

    private static Task<ReleaseScene> StartAmdAsync() => ReleaseScene.StartAsync(AmdMachine());

    private static void UseAmd(ReleaseScene scene)
    {
        scene.Machine.Add($"sys/class/kfd/kfd/proc/{scene.Pid}/vram_51110", $"{40 * GiB}\n");
        SetVram(scene.Machine, 40 * GiB);
    }

    private static void SetVram(GpuMachine machine, long bytes) =>
        machine.Add("sys/class/drm/card1/device/mem_info_vram_used", $"{bytes}\n");

    private static GpuMachine AmdMachine() => new GpuMachine()
        .Add("sys/class/drm/card1/device/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n")
        .Add("sys/class/drm/card1/device/vendor", "0x1002\n")
        .Add("sys/class/drm/card1/device/unique_id", "deadbeefdeadbeef\n")
        .Add("sys/class/drm/card1/device/drm/renderD128/dev", "226:128\n")
        .Add("sys/class/drm/renderD128/dev", "226:128\n")
        .Add("sys/class/drm/card1/device/mem_info_vram_total", $"{64 * GiB}\n")
        .Add("sys/class/drm/card1/device/mem_info_vram_used", $"{16 * MiB}\n")
        .Add("sys/class/kfd/kfd/topology/nodes/1/gpu_id", "51110\n")
        .Add("sys/class/kfd/kfd/topology/nodes/1/properties", "cpu_cores_count 0\nlocation_id 768\ndomain 0\n");
}
