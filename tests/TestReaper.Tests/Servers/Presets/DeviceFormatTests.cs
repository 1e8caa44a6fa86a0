using TestReaper.Tests.Gpu.Leases;
using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>The form of devices that options set for a requirement that sets none.</summary>
public sealed class DeviceFormatTests : StartingServers
{
    [SkippableTheory(Timeout = 60_000)]
    [InlineData(null, null, "GPU-0")]
    [InlineData(GpuDeviceFormat.Index, null, "0")]
    [InlineData(GpuDeviceFormat.Index, GpuDeviceFormat.Uuid, "GPU-0")]
    [InlineData(GpuDeviceFormat.Uuid, GpuDeviceFormat.Index, "0")]
    public async Task A_requirement_without_a_form_gets_that_of_the_options(
        GpuDeviceFormat? options, GpuDeviceFormat? requirement, string seen)
    {
        using var machine = new LeaseMachine(1);
        var gpu = requirement is { } form ? new GpuRequirement { DeviceFormat = form } : new GpuRequirement();
        var server = Shell("echo \"gpus=$CUDA_VISIBLE_DEVICES\"; exec sleep 60") with
        {
            Gpu = gpu,
            GpuDeviceFormat = options ?? default,
            Readiness = Readiness.OutputLine("gpus="),
        };

        await using var started = await StartAsync(server);

        Assert.Contains($"gpus={seen}", started.Output.Tail);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_requirement_of_a_user_gets_the_form_of_a_preset()
    {
        using var machine = new LeaseMachine(2);
        var preset = ServerPresets.Vllm("model") with { Gpu = new GpuRequirement(2) };
        var server = preset with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", "echo \"gpus=$CUDA_VISIBLE_DEVICES order=$CUDA_DEVICE_ORDER\"; exec sleep 60"],
            Readiness = Readiness.OutputLine("gpus="),
            LogDirectory = LogDirectory,
        };

        await using var started = await StartAsync(server);

        Assert.Contains("gpus=0,1 order=PCI_BUS_ID", started.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_undefined_form_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(Shell("true") with { GpuDeviceFormat = (GpuDeviceFormat)7 }));

    [Fact]
    public void A_form_that_was_set_reads_back()
    {
        Assert.Equal(GpuDeviceFormat.Uuid, new GpuRequirement().DeviceFormat);
        Assert.Equal(GpuDeviceFormat.Index, new GpuRequirement { DeviceFormat = GpuDeviceFormat.Index }.DeviceFormat);
        Assert.Equal(new GpuRequirement(), new GpuRequirement());
    }
}
