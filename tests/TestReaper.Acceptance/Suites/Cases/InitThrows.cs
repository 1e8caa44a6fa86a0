namespace Cases.InitThrows;

#if NUNIT
[AssertReaped(timeout: 1)]
public sealed class InitThrowsTests
{
    [OneTimeSetUp]
    public void SetUp()
    {
        Support.Start("init-throws");
        throw new InvalidOperationException("the set-up failed");
    }

    [Fact]
    public void It_never_runs()
    {
    }
}
#else
public sealed class Fixture : IAsyncLifetime
{
    public LifetimeTask InitializeAsync()
    {
        Support.Start("init-throws");
        throw new InvalidOperationException("the set-up failed");
    }

    public LifetimeTask DisposeAsync() => Lifetime.Done;
}

[AssertReaped(timeout: 1)]
public sealed class InitThrowsTests : IClassFixture<Fixture>
{
    [Fact]
    public void It_never_runs()
    {
    }
}
#endif
