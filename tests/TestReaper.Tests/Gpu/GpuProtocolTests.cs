using TestReaper.Gpu;
using TestReaper.Gpu.Helper;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The lines between a host and its GPU helper.</summary>
public sealed class GpuProtocolTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_reading_survives_the_line()
    {
        await Task.CompletedTask;
        var full = new GpuDevice
        {
            Uuid = "GPU-\"1\"\n",
            Vendor = GpuVendor.Amd,
            Index = 3,
            PciAddress = "0000:03:00.0",
            Name = "Näme",
            ComputeCapability = new Version(9, 0),
            TotalMemory = long.MaxValue,
            UsedMemory = 0,
            MemorySource = GpuMemorySource.Sysfs,
            Kind = GpuKind.Coherent,
            ParentUuid = "GPU-0",
        };
        var empty = new GpuDevice { Uuid = "PCI-card0", Vendor = GpuVendor.Other, Index = 0 };
        var reading = new GpuReading(
            [full, empty],
            [new("GPU-0", 1, null, true), new("GPU-0", 2, 5, false)],
            [new(null, GpuFaultKind.NoAnswer, "a"), new("GPU-0", GpuFaultKind.DeviceLost, "b")]);

        var line = GpuProtocol.Write(reading);
        var copy = GpuProtocol.Read(line);

        Assert.DoesNotContain('\n', line);
        Assert.Equal(reading.Devices, copy.Devices);
        Assert.Equal(reading.Holders, copy.Holders);
        Assert.Equal(reading.Faults, copy.Faults);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("NVML: a message of the library")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":2,\"devices\":[],\"holders\":[],\"faults\":[]}")]
    public async Task What_is_not_an_answer_of_this_version_is_refused(string line)
    {
        await Task.CompletedTask;

        Assert.Throws<FormatException>(() => GpuProtocol.Read(line));
    }
}
