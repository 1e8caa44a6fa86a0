namespace Cases.GpuLeak;

/// <summary>Both classes lease the only GPU. The server of the first leaves memory on it, so the start of the second is refused.</summary>
#if NUNIT
public sealed class OneTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => GpuServer.Options();

    [Fact]
    public void One_uses_the_GPU() => GpuServer.Use(Server);
}

public sealed class OtherTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => GpuServer.Options();

    [Fact]
    public void Other_uses_the_GPU() => GpuServer.Use(Server);
}
#else
public sealed class OneFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => GpuServer.Options();
}

public sealed class OneTests(OneFixture fixture) : IClassFixture<OneFixture>
{
    [Fact]
    public void One_uses_the_GPU() => GpuServer.Use(fixture.Server);
}

public sealed class OtherFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => GpuServer.Options();
}

public sealed class OtherTests(OtherFixture fixture) : IClassFixture<OtherFixture>
{
    [Fact]
    public void Other_uses_the_GPU() => GpuServer.Use(fixture.Server);
}
#endif

internal static class GpuServer
{
    public static ServerProcessOptions Options() => Support.Server("gpu-leak") with
    {
        Gpu = new GpuRequirement { LeaseTimeout = TimeSpan.FromMinutes(1), IdleTimeout = TimeSpan.FromSeconds(10) },
        Reap = new ReapOptions { GracePeriod = TimeSpan.Zero, GpuReleaseTimeout = TimeSpan.FromSeconds(1) },
    };

    /// <summary>From now on the driver reports memory that no process holds.</summary>
    public static void Use(ServerProcess server)
    {
        if (server.GpuDevices is not ["GPU-0"])
        {
            throw new InvalidOperationException($"Leased: {string.Join(", ", server.GpuDevices)}");
        }

        StandInGpu.Set("count 1", $"d0.used {40L << 30}");
    }
}
