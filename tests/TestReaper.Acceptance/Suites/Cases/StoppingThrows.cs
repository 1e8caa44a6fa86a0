namespace Cases.StoppingThrows;

#if NUNIT
public sealed class StoppingThrowsTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("stopping-throws");

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("no farewell");

    [Fact]
    public void It_is_green() => Support.WaitFor("stopping-throws");
}
#else
public sealed class StoppingFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("stopping-throws");

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("no farewell");
}

public sealed class StoppingThrowsTests(StoppingFixture fixture) : IClassFixture<StoppingFixture>
{
    [Fact]
    public void It_is_green()
    {
        _ = fixture.Server;
        Support.WaitFor("stopping-throws");
    }
}
#endif
