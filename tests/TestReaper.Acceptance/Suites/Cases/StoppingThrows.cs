namespace Cases.StoppingThrows;

#if NUNIT
public sealed class StoppingThrowsTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("stopping-throws");

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("the stop hook failed");

    [Fact]
    public void It_passes() => Support.WaitFor("stopping-throws");
}
#else
public sealed class StoppingFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Support.Server("stopping-throws");

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("the stop hook failed");
}

public sealed class StoppingThrowsTests(StoppingFixture fixture) : IClassFixture<StoppingFixture>
{
    [Fact]
    public void It_passes()
    {
        _ = fixture.Server;
        Support.WaitFor("stopping-throws");
    }
}
#endif
