namespace Cases.LeakFixture;

#if NUNIT
[AssertReaped(timeout: 1)]
public sealed class LeakFixtureTests
{
    [OneTimeSetUp]
    public void SetUp() => Support.Start("leak-fixture");

    [OneTimeTearDown]
    public void TearDown() => throw new InvalidOperationException("the fixture could not stop its server");

    [Fact]
    public void It_passes()
    {
    }
}
#else
public sealed class Fixture : IDisposable
{
    public Fixture() => Support.Start("leak-fixture");

#if MTP
    // The trx report of Microsoft.Testing.Platform fails if a fixture throws, with or without TestReaper.
    public void Dispose()
    {
    }
#else
    public void Dispose() => throw new InvalidOperationException("the fixture could not stop its server");
#endif
}

[AssertReaped(timeout: 1)]
public sealed class LeakFixtureTests : IClassFixture<Fixture>
{
    [Fact]
    public void It_passes()
    {
    }
}
#endif
