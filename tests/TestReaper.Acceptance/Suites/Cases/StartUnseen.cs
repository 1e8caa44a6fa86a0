namespace Cases.StartUnseen;

#if NUNIT
public sealed class StartUnseenTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => UnseenServer.Options();

    [Fact]
    public void It_does_not_use_the_server()
    {
    }
}
#else
public sealed class UnseenFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => UnseenServer.Options();
}

public sealed class StartUnseenTests : IClassFixture<UnseenFixture>
{
    [Fact]
    public void It_does_not_use_the_server()
    {
    }
}
#endif

internal static class UnseenServer
{
    public static ServerProcessOptions Options() => Support.Server("start-unseen") with
    {
        Readiness = Readiness.OutputLine("never"),
        StartupTimeout = TimeSpan.FromSeconds(2),
    };
}
