namespace Cases.StartFails;

#if NUNIT
public sealed class StartFailsTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("start-fails") with { Readiness = Readiness.OutputLine("never"), StartupTimeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public void It_says_why() => _ = Server.ProcessId;
}
#else
public sealed class FailingFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("start-fails") with { Readiness = Readiness.OutputLine("never"), StartupTimeout = TimeSpan.FromSeconds(2) };
}

public sealed class StartFailsTests(FailingFixture fixture) : IClassFixture<FailingFixture>
{
    [Fact]
    public void It_says_why() => _ = fixture.Server.ProcessId;
}
#endif
