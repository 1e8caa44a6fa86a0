using System.Globalization;
using TestReaper.Gpu;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The lists of processes, with the stand-in driver.</summary>
public sealed class NvmlProcessesTests
{
    private const string Gpu = "GPU-0";
    private static readonly string[] TwoProcesses = ["count 1", "d0.p0.pid 4711", "d0.p0.bytes 1000", "d0.p1.pid 4712", "d0.p1.bytes 2000"];

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("", "stride 24")]
    [InlineData("", "stride 32")]
    [InlineData("-DV2_ONLY", "stride 24")]
    [InlineData("-DV2_ONLY", "stride 32")]
    [InlineData("-DV1_ONLY -DNO_MEMORY_V2", "stride 16")]
    public async Task Records_of_each_size_are_read(string library, string stride)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidiaLibrary(library, [stride, .. TwoProcesses]);

        Assert.Equal([(4711, 1000L), (4712, 2000L)], HoldersOf(machine));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("stride 24")]
    [InlineData("stride 32")]
    public async Task A_list_that_is_longer_than_the_buffer_is_read_whole(string stride)
    {
        await Task.CompletedTask;
        var processes = Enumerable.Range(0, 100).SelectMany(i => new[] { $"d0.p{i}.pid {5000 + i}", $"d0.p{i}.bytes {1 + i}" });
        using var machine = GpuMachine.WithNvidia([stride, "count 1", .. processes]);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (5000 + i, (long?)(1 + i))), HoldersOf(machine));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_list_that_grows_between_the_calls_is_read_again()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia([.. TwoProcesses, "d0.grow 2"]);

        Assert.Equal(2, HoldersOf(machine).Count());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_list_that_never_stops_growing_is_a_fault()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia([.. TwoProcesses, "d0.grow 1000"]);

        var reading = machine.Read();

        Assert.Empty(reading.Holders);
        Assert.Contains("the processes of GPU 0", Assert.Single(reading.Faults).Text, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Memory_that_is_zero_or_the_sentinel_is_unknown(int bytes)
    {
        await Task.CompletedTask;
        var text = bytes.ToString(CultureInfo.InvariantCulture);
        using var machine = GpuMachine.WithNvidia("count 1", "d0.p0.pid 4711", $"d0.p0.bytes {text}");

        Assert.Null(Assert.Single(machine.Read().Holders).Bytes);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_that_is_not_in_proc_is_not_visible()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia(TwoProcesses).AddProcess(4711);

        Assert.Equal([(4711, true), (4712, false)], machine.Read().Holders.Select(holder => (holder.Pid, holder.IsVisible)));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Memory_without_a_listed_process_stays_in_use()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia("count 1", "d0.used 30000000000");

        var reading = machine.Read();

        Assert.Empty(reading.Holders);
        Assert.Empty(reading.Faults);
        Assert.Equal(30_000_000_000, Assert.Single(reading.Devices).UsedMemory);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_in_several_lists_is_one_holder_with_the_largest_amount()
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidia([.. TwoProcesses, "d0.g0.pid 4711", "d0.g0.bytes 5000", "d0.m0.pid 4713"]);

        Assert.Equal([(4711, 5000L), (4712, 2000L), (4713, null)], HoldersOf(machine));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("-DNO_LISTS", "count 1", "no function")]
    [InlineData("", "d0.p_code 3", "does not support")]
    [InlineData("", "d0.p_code 4", "no permission")]
    public async Task A_list_that_cannot_be_read_is_a_fault_of_its_device(string library, string state, string reason)
    {
        await Task.CompletedTask;
        using var machine = GpuMachine.WithNvidiaLibrary(library, "count 1", state);

        var fault = Assert.Single(machine.Read().Faults);

        Assert.Equal((Gpu, GpuFaultKind.NotVerified), (fault.DeviceUuid, fault.Kind));
        Assert.Contains(reason, fault.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<(int, long?)> HoldersOf(GpuMachine machine)
    {
        var reading = machine.Read();
        Assert.Empty(reading.Faults);
        Assert.All(reading.Holders, holder => Assert.Equal(Gpu, holder.DeviceUuid));
        return reading.Holders.Select(holder => (holder.Pid, holder.Bytes));
    }
}
