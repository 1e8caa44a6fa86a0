using TestReaper.Gpu;
using TestReaper.Gpu.Visibility;
using Xunit;
using static TestReaper.Tests.Gpu.Leases.Devices;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>Which devices the variables of an environment leave.</summary>
public sealed class VisibleDevicesTests
{
    private static readonly GpuDevice Mig = Nvidia(1, "GPU-mig");

    [Theory]
    [InlineData("", "GPU-a1 GPU-a2 GPU-b3")]
    [InlineData("CUDA_VISIBLE_DEVICES=", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=1", "GPU-a2")]
    [InlineData("CUDA_VISIBLE_DEVICES=2,0", "GPU-b3 GPU-a1")]
    [InlineData("CUDA_VISIBLE_DEVICES=0,0,2", "GPU-a1 GPU-b3")]
    [InlineData("CUDA_VISIBLE_DEVICES=0,-1,2", "GPU-a1")]
    [InlineData("CUDA_VISIBLE_DEVICES=0,7,2", "GPU-a1")]
    [InlineData("CUDA_VISIBLE_DEVICES=-1", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=none", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=,1", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-a2", "GPU-a2")]
    [InlineData("CUDA_VISIBLE_DEVICES=gpu-A2", "GPU-a2")]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-b", "GPU-b3")]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-a", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-b,GPU-a,1", "GPU-b3")]
    [InlineData("CUDA_VISIBLE_DEVICES=1 SLURM_JOB_GPUS=0", "GPU-a2")]
    [InlineData("SLURM_JOB_GPUS=0", "GPU-a1")]
    [InlineData("SLURM_JOB_GPUS=0 SLURM_STEP_GPUS=2", "GPU-b3")]
    [InlineData("SLURM_JOB_GPUS=1-2", "GPU-a2 GPU-b3")]
    [InlineData("SLURM_JOB_GPUS=4,5,6", "GPU-a1 GPU-a2 GPU-b3")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=void", "GPU-a1 GPU-a2 GPU-b3")]
    [InlineData("ROCR_VISIBLE_DEVICES=0 HIP_VISIBLE_DEVICES=0", "GPU-a1 GPU-a2 GPU-b3")]
    public void Of_NVIDIA(string environment, string expected) =>
        AssertVisible(expected, GpuVendor.Nvidia, environment, Nvidia(0, "GPU-a1"), Nvidia(1, "GPU-a2"), Nvidia(2, "GPU-b3"));

    [Fact]
    public void The_numbers_of_NVIDIA_follow_the_PCI_addresses()
    {
        var first = Nvidia(7, "GPU-x") with { PciAddress = "0000:01:00.0" };
        var second = Nvidia(0, "GPU-y") with { PciAddress = "0000:41:00.0" };

        AssertVisible("GPU-x", GpuVendor.Nvidia, "CUDA_VISIBLE_DEVICES=0", second, first);
    }

    [Theory]
    [InlineData("", "GPU-n0 MIG-11 MIG-12")]
    [InlineData("CUDA_VISIBLE_DEVICES=1", "MIG-11 MIG-12")]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-mig", "MIG-11 MIG-12")]
    [InlineData("CUDA_VISIBLE_DEVICES=MIG-12", "MIG-12")]
    [InlineData("CUDA_VISIBLE_DEVICES=MIG-1", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=MIG-GPU-mig/1/0", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=0,MIG-11", "GPU-n0 MIG-11")]
    public void Of_a_GPU_in_MIG_mode_the_instances(string environment, string expected) => AssertVisible(
        expected, GpuVendor.Nvidia, environment, Nvidia(0), Mig, Instance(Mig, 0, "MIG-11"), Instance(Mig, 1, "MIG-12"));

    [Theory]
    [InlineData("", "GPU-0000000000000001 GPU-0000000000000002 GPU-0000000000000003")]
    [InlineData("ROCR_VISIBLE_DEVICES=", "")]
    [InlineData("ROCR_VISIBLE_DEVICES=2,1", "GPU-0000000000000003 GPU-0000000000000002")]
    [InlineData("ROCR_VISIBLE_DEVICES=GPU-0000000000000002", "GPU-0000000000000002")]
    [InlineData("ROCR_VISIBLE_DEVICES=2,1 HIP_VISIBLE_DEVICES=0", "GPU-0000000000000003")]
    [InlineData("ROCR_VISIBLE_DEVICES=2,1 HIP_VISIBLE_DEVICES=2", "")]
    [InlineData("HIP_VISIBLE_DEVICES=1", "GPU-0000000000000002")]
    [InlineData("CUDA_VISIBLE_DEVICES=1", "GPU-0000000000000002")]
    [InlineData("HIP_VISIBLE_DEVICES=0 CUDA_VISIBLE_DEVICES=1", "GPU-0000000000000001")]
    [InlineData("GPU_DEVICE_ORDINAL=2", "GPU-0000000000000003")]
    [InlineData("HIP_VISIBLE_DEVICES=0,1 GPU_DEVICE_ORDINAL=1,2", "GPU-0000000000000002")]
    [InlineData("SLURM_JOB_GPUS=1", "GPU-0000000000000002")]
    [InlineData("ROCR_VISIBLE_DEVICES=0 SLURM_JOB_GPUS=1", "GPU-0000000000000001")]
    public void Of_AMD(string environment, string expected) =>
        AssertVisible(expected, GpuVendor.Amd, environment, Amd(1), Amd(2), Amd(3));

    [Fact]
    public void The_numbers_of_AMD_are_those_of_KFD()
    {
        var numbers = new GpuNumbers(["0000:03:00.0", "0000:01:00.0"]);
        var visible = new VisibleDevices([Amd(1), Amd(2), Amd(3)], numbers, Environment("ROCR_VISIBLE_DEVICES=0"));

        Assert.Equal("GPU-0000000000000003", Names(visible.Of(GpuVendor.Amd)));
    }

    [Theory]
    [InlineData("", "PCI-0000:01:00.0 PCI-0000:02:00.0")]
    [InlineData("ZE_AFFINITY_MASK=", "PCI-0000:01:00.0 PCI-0000:02:00.0")]
    [InlineData("ZE_AFFINITY_MASK=1", "PCI-0000:02:00.0")]
    [InlineData("ZE_AFFINITY_MASK=1.0,1.1", "PCI-0000:02:00.0")]
    [InlineData("ZE_AFFINITY_MASK=x", "")]
    [InlineData("CUDA_VISIBLE_DEVICES=", "PCI-0000:01:00.0 PCI-0000:02:00.0")]
    public void Of_Intel(string environment, string expected) =>
        AssertVisible(expected, GpuVendor.Intel, environment, Intel(1), Intel(2));

    [Theory]
    [InlineData(GpuDeviceFormat.Uuid, "CUDA_VISIBLE_DEVICES=GPU-n2,GPU-n0")]
    [InlineData(GpuDeviceFormat.Index, "CUDA_VISIBLE_DEVICES=2,0 CUDA_DEVICE_ORDER=PCI_BUS_ID")]
    public void A_server_on_NVIDIA_gets(GpuDeviceFormat format, string expected) =>
        AssertVariables(expected, format, [Nvidia(2), Nvidia(0)], [Nvidia(0), Nvidia(1), Nvidia(2)]);

    [Theory]
    [InlineData(GpuDeviceFormat.Uuid, "ROCR_VISIBLE_DEVICES=GPU-0000000000000002")]
    [InlineData(GpuDeviceFormat.Index, "ROCR_VISIBLE_DEVICES=1")]
    public void A_server_on_AMD_gets(GpuDeviceFormat format, string expected) => AssertVariables(
        $"{expected} -HIP_VISIBLE_DEVICES -GPU_DEVICE_ORDINAL -CUDA_VISIBLE_DEVICES", format, [Amd(2)], [Amd(1), Amd(2)]);

    [Fact]
    public void A_card_of_AMD_without_an_id_is_named_by_its_number() => AssertVariables(
        "ROCR_VISIBLE_DEVICES=1 -HIP_VISIBLE_DEVICES -GPU_DEVICE_ORDINAL -CUDA_VISIBLE_DEVICES",
        GpuDeviceFormat.Uuid, [Amd(2, "PCI-0000:02:00.0")], [Amd(1), Amd(2, "PCI-0000:02:00.0")]);

    [Theory]
    [InlineData(GpuDeviceFormat.Uuid)]
    [InlineData(GpuDeviceFormat.Index)]
    public void A_server_on_Intel_gets_the_number(GpuDeviceFormat format) =>
        AssertVariables("ZE_AFFINITY_MASK=1 -ONEAPI_DEVICE_SELECTOR", format, [Intel(2)], [Intel(1), Intel(2)]);

    [Fact]
    public void A_MIG_instance_is_always_named_by_its_UUID()
    {
        var instance = Instance(Mig, 0, "MIG-11");

        AssertVariables("CUDA_VISIBLE_DEVICES=MIG-11", GpuDeviceFormat.Index, [instance], [Mig, instance]);
    }

    private static void AssertVisible(string expected, GpuVendor vendor, string environment, params GpuDevice[] devices) =>
        Assert.Equal(expected, Names(new VisibleDevices(devices, NoKfd, Environment(environment)).Of(vendor)));

    private static void AssertVariables(string expected, GpuDeviceFormat format, GpuDevice[] leased, GpuDevice[] all) => Assert.Equal(
        expected,
        string.Join(' ', GpuVariables.Create(leased, all, NoKfd, format)
            .Select(pair => pair.Value is null ? $"-{pair.Key}" : $"{pair.Key}={pair.Value}")));
}
