using TestReaper.Extensibility;

namespace Cases.GpuSkipped;

#if NUNIT
public sealed class GpuSkippedTests : ServerProcessFixture
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        Start(Support.Info("gpu-skipped"));
        Support.WaitFor("gpu-skipped");
        SkipReason = GpuSupport.FindSkipReason(count: 1000);
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => throw new InvalidOperationException("a skipped fixture has no options");

    [Fact]
    [RequiresGpu(Count = 1000)]
    public void It_is_skipped() => throw new InvalidOperationException("it ran");
}
#else
public sealed class GpuSkippedFixture : ServerProcessFixture
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        Start(Support.Info("gpu-skipped"));
        Support.WaitFor("gpu-skipped");
        SkipReason = GpuSupport.FindSkipReason(count: 1000);
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => throw new InvalidOperationException("a skipped fixture has no options");
}

public sealed class GpuSkippedTests : IClassFixture<GpuSkippedFixture>
{
    [GpuFact(Count = 1000)]
    public void It_is_skipped() => throw new InvalidOperationException("it ran");
}
#endif
