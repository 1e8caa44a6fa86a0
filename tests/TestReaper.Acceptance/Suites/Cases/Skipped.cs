namespace Cases.Skipped;

#if NUNIT
public sealed class SkippedTests : ServerProcessFixture
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        Start(Support.Info("skipped"));
        Support.WaitFor("skipped");
        SkipReason = "this machine has no GPU";
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => throw new InvalidOperationException("a skipped fixture has no options");

    [Fact]
    public void It_is_skipped() => _ = Server.ProcessId;
}
#else
public sealed class SkippedFixture : ServerProcessFixture
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        Start(Support.Info("skipped"));
        Support.WaitFor("skipped");
        SkipReason = "this machine has no GPU";
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => throw new InvalidOperationException("a skipped fixture has no options");
}

public sealed class SkippedTests(SkippedFixture fixture) : IClassFixture<SkippedFixture>
{
#if V3
    [Fact]
#else
    [SkippableFact]
#endif
    public void It_is_skipped() => _ = fixture.Server.ProcessId;
}
#endif
