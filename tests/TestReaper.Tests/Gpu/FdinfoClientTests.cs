using TestReaper.Gpu.Drm;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The grammar of /proc/PID/fdinfo/FD, by samples of four drivers.</summary>
public sealed class FdinfoClientTests
{
    internal const string AmdOld =
        "pos:\t0\nflags:\t02100002\nmnt_id:\t26\ndrm-driver:\tamdgpu\ndrm-pdev:\t0000:03:00.0\ndrm-client-id:\t8\npasid:\t32770\n"
        + "drm-memory-vram:\t232104 KiB\ndrm-memory-gtt: \t8204 KiB\namd-requested-vram:\t232104 KiB\ndrm-engine-compute:\t26891966 ns\n";

    internal const string AmdNew =
        AmdOld + "drm-total-vram:\t232104 KiB\ndrm-shared-vram:\t0\ndrm-resident-vram:\t232000 KiB\ndrm-resident-cpu:\t0\n";

    internal const string Xe =
        "pos:\t0\ndrm-driver:\txe\ndrm-client-id:\t3\ndrm-pdev:\t0000:03:00.0\ndrm-total-vram0:\t23992 KiB\ndrm-shared-vram0:\t16 MiB\n"
        + "drm-resident-vram0:\t23992 KiB\ndrm-resident-gtt:\t192 KiB\ndrm-cycles-ccs:\t0\ndrm-total-cycles-ccs:\t7655183225\n";

    internal const string I915 =
        "drm-driver:\ti915\ndrm-total-local0:\t256 MiB\ndrm-resident-local0:\t128 MiB\ndrm-total-system0:\t64 MiB\n"
        + "drm-engine-capacity-video:\t2\n";

    private const long KiB = 1 << 10, MiB = 1 << 20;

    [Theory(Timeout = 30_000)]
    [InlineData(AmdOld, "amdgpu", "0000:03:00.0", "8", 232104 * KiB)]
    [InlineData(AmdNew, "amdgpu", "0000:03:00.0", "8", 232000 * KiB)]
    [InlineData(Xe, "xe", "0000:03:00.0", "3", 23992 * KiB)]
    [InlineData(I915, "i915", null, null, 128 * MiB)]
    public async Task The_memory_of_the_device_is_read(string text, string driver, string? address, string? client, long bytes)
    {
        await Task.CompletedTask;

        Assert.Equal(new FdinfoClient(driver, address, client, bytes), FdinfoClient.Parse(text));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("drm-total-cycles-vram:\t5")]
    [InlineData("drm-resident-gtt:\t5 KiB")]
    [InlineData("drm-resident-vram:\tmany KiB")]
    [InlineData("drm-resident-vram:\t5 pages")]
    [InlineData("drm-resident-vram:")]
    public async Task What_is_not_memory_of_the_device_is_unknown(string line)
    {
        await Task.CompletedTask;

        Assert.Null(FdinfoClient.Parse($"drm-driver:\txe\n{line}\n")!.Bytes);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("pos:\t0\nflags:\t02\n")]
    [InlineData("drm-driver:\n")]
    public async Task Other_descriptors_are_no_clients(string text)
    {
        await Task.CompletedTask;

        Assert.Null(FdinfoClient.Parse(text));
    }
}
