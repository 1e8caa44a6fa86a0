namespace Cases.StartFails;

#if NUNIT
public sealed class StartFailsTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("start-fails") with
    {
        Readiness = Readiness.OutputLine("never"),
        StartupTimeout = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public void The_start_failure_is_explained() => _ = Server.ProcessId;
}
#else
public sealed class FailingFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("start-fails") with
    {
        Readiness = Readiness.OutputLine("never"),
        StartupTimeout = TimeSpan.FromSeconds(2),
    };
}

public sealed class StartFailsTests(FailingFixture fixture) : IClassFixture<FailingFixture>
{
    [Fact]
    public void The_start_failure_is_explained() => _ = fixture.Server.ProcessId;
}
#endif
