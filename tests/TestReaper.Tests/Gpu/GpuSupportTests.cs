using System.Diagnostics;
using TestReaper.Extensibility;
using TestReaper.Gpu;
using TestReaper.Gpu.Skips;
using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The decision whether tests that need GPUs can run, and its reasons.</summary>
public sealed class GpuSupportTests
{
    private const string H200 = "d0.total 150108897280", Found = "NVIDIA Stand-in GPU (139.8 GiB, compute capability 9.0)";

    [Fact(Timeout = 60_000)]
    public async Task Without_a_driver_the_reason_says_so()
    {
        await Task.CompletedTask;
        using var machine = new GpuMachine();
        Use(machine);

        Assert.Equal("needs a GPU; found no GPU driver", GpuSupport.FindSkipReason());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_without_a_GPU_is_another_reason()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 0");
        Use(machine);

        Assert.Equal("needs a GPU; found a GPU driver, but no GPU", GpuSupport.FindSkipReason());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task GPUs_that_are_there_are_no_reason()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2", H200);
        Use(machine);

        Assert.Null(GpuSupport.FindSkipReason());
        Assert.Null(GpuSupport.FindSkipReason(2, 80L << 30, GpuVendor.Nvidia, "9.0"));
        Assert.Null(GpuSupport.FindSkipReason(minMemory: 100L << 30));
        Assert.Null(GpuSupport.FindSkipReason(minComputeCapability: "8.9"));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(2, 0, null, null, "2 GPUs")]
    [InlineData(2, 40L << 30, null, null, "2 GPUs with at least 40.0 GiB of memory")]
    [InlineData(1, 140L << 30, null, null, "a GPU with at least 140.0 GiB of memory")]
    [InlineData(1, 0, GpuVendor.Amd, null, "an AMD GPU")]
    [InlineData(1, 0, GpuVendor.Other, null, "a GPU of a vendor other than NVIDIA, AMD and Intel")]
    [InlineData(1, 0, null, "10.0", "a GPU with at least compute capability 10.0")]
    [InlineData(
        4, 40L << 30, GpuVendor.Nvidia, "8.0", "4 NVIDIA GPUs with at least 40.0 GiB of memory and at least compute capability 8.0")]
    public async Task The_reason_says_what_is_needed_and_what_was_found(
        int count, long minMemory, GpuVendor? vendor, string? minComputeCapability, string needed)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", H200);
        Use(machine);

        Assert.Equal($"needs {needed}; found 1: {Found}", GpuSupport.FindSkipReason(count, minMemory, vendor, minComputeCapability));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("0", null)]
    [InlineData("", "found none; CUDA_VISIBLE_DEVICES= hides 2")]
    [InlineData("1", "found 1: NVIDIA Stand-in GPU (1.0 GiB, compute capability 9.0); CUDA_VISIBLE_DEVICES=1 hides 1")]
    public async Task GPUs_that_the_environment_hides_do_not_count(string devices, string? found)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2", "d1.total 1073741824");
        var monitor = new GpuMonitor(ProcessPlatform.Current, machine.Roots);
        var environment = new Dictionary<string, string> { ["CUDA_VISIBLE_DEVICES"] = devices };
        var inventory = new GpuInventory(monitor, TimeSpan.FromSeconds(30), environment);

        var reason = GpuCondition.Create(1, 40L << 30, vendor: null, minComputeCapability: null).FindSkipReason(inventory);

        Assert.Equal(found is null ? null : $"needs a GPU with at least 40.0 GiB of memory; {found}", reason);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Equal_GPUs_are_counted_and_memory_in_use_does_not_matter()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 3", "d1.total 1073741824", "d0.used 80000000000");
        Use(machine);

        Assert.Null(GpuSupport.FindSkipReason(2, 80L << 30));
        Assert.Equal(
            "needs 3 GPUs with at least 80.0 GiB of memory; found 3: 2 x NVIDIA Stand-in GPU (80.0 GiB, compute capability 9.0), " +
            "NVIDIA Stand-in GPU (1.0 GiB, compute capability 9.0)",
            GpuSupport.FindSkipReason(3, 80L << 30));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task GPUs_of_two_vendors_do_not_add_up()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", H200)
            .Add("sys/class/drm/card1/device/vendor", "0x1002")
            .Add("sys/class/drm/card1/device/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n")
            .Add("sys/class/drm/card1/device/mem_info_vram_total", $"{64L << 30}\n")
            .Add("sys/class/drm/card1/device/mem_info_vram_used", "0\n")
            .Add("sys/class/drm/card1/device/drm/renderD128/dev", "226:128")
            .Add("sys/class/drm/renderD128/dev", "226:128");
        Use(machine);

        Assert.Null(GpuSupport.FindSkipReason(vendor: GpuVendor.Amd));
        Assert.Equal($"needs 2 GPUs; found 2: {Found}, AMD amdgpu (64.0 GiB)", GpuSupport.FindSkipReason(2));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task MIG_instances_count_and_the_GPU_that_they_divide_does_not()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia(
            "count 1", "d0.mig 1", "d0.instances 2", "d100.total 10737418240", "d101.total 10737418240");
        Use(machine);

        Assert.Null(GpuSupport.FindSkipReason(2));
        Assert.Equal(
            "needs 3 GPUs; found 2: 2 x NVIDIA Stand-in MIG 1g.10gb (10.0 GiB, compute capability 9.0)", GpuSupport.FindSkipReason(3));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_lost_GPU_does_not_count_and_is_named()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 2", H200, "d1.memory1 15", "d1.memory2 15");
        Use(machine);

        var reason = GpuSupport.FindSkipReason(2);

        Assert.StartsWith($"needs 2 GPUs; found 1: {Found}. NVML cannot read the memory of GPU 1: ", reason, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_GPU_that_shares_the_memory_of_the_system_has_all_of_it()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "d0.total 0")
            .Add("proc/meminfo", "MemTotal:       125829120 kB\nMemFree: 1 kB\n");
        Use(machine);

        Assert.Null(GpuSupport.FindSkipReason(minMemory: 120L << 30));
        Assert.Equal(
            "needs a GPU with at least 121.0 GiB of memory; found 1: NVIDIA Stand-in GPU (120.0 GiB shared with the system, " +
            "compute capability 9.0)",
            GpuSupport.FindSkipReason(minMemory: 121L << 30));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_costs_its_limit_once()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "hang_memory 1");
        Use(machine);
        var start = Stopwatch.GetTimestamp();
        GpuInventory.Get(GpuMonitor.Current, TimeSpan.FromMilliseconds(700));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(600), TimeSpan.FromSeconds(10));

        start = Stopwatch.GetTimestamp();
        var reason = GpuSupport.FindSkipReason();

        Assert.Equal(
            "needs a GPU; no GPU could be read: The GPU drivers gave no answer within 0.7 s. The query was abandoned", reason);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_GPUs_are_read_once_also_for_tests_that_run_in_parallel()
    {
        using var machine = GpuMachine.WithNvidia("count 1");
        Use(machine);
        var first = Enumerable.Range(0, 4).Select(_ => Task.Run(() => GpuSupport.FindSkipReason()));

        Assert.All(await Task.WhenAll(first), Assert.Null);
        machine.Set("count 0");

        Assert.Null(GpuSupport.FindSkipReason());
        Assert.Equal("init", machine.Calls[0]);
        Assert.DoesNotContain("init", machine.Calls.Skip(1));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, 0, null, null, "Count is 0. Set it to the number of GPUs that the tests need, 1 or more.")]
    [InlineData(1, -1, null, null, "MinMemory is -1. Set it to a number of bytes that is not negative, such as 40L << 30 for 40 GiB.")]
    [InlineData(1, 0, (GpuVendor)77, null, "Vendor is 77. Set it to a value of GpuVendor.")]
    [InlineData(1, 0, null, "abc", "MinComputeCapability is \"abc\". Write it as major and minor version, such as \"8.0\".")]
    [InlineData(1, 0, null, "8", "MinComputeCapability is \"8\". Write it as major and minor version, such as \"8.0\".")]
    [InlineData(1, 0, null, "8.0.1", "MinComputeCapability is \"8.0.1\". Write it as major and minor version, such as \"8.0\".")]
    public async Task A_wrong_value_throws_also_without_a_driver(
        int count, long minMemory, GpuVendor? vendor, string? minComputeCapability, string message)
    {
        await Task.CompletedTask;
        using var machine = new GpuMachine();
        Use(machine);

        var error = Assert.Throws<ArgumentException>(() => GpuSupport.FindSkipReason(count, minMemory, vendor, minComputeCapability));

        Assert.Equal(message, error.Message);
    }

    private static void Use(GpuMachine machine) => GpuMonitor.Current = new GpuMonitor(ProcessPlatform.Current, machine.Roots);
}
