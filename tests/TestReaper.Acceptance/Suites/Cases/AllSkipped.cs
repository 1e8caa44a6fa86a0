namespace Cases.AllSkipped;

#if NUNIT
[AssertReaped(timeout: 1)]
public sealed class AllSkippedTests
{
    [OneTimeSetUp]
    public static void SetUp() => Support.Start("all-skipped");

    [Fact]
    public void It_is_skipped() => Assert.Ignore("skipped on purpose");
}
#else
public sealed class Fixture
{
    public Fixture() => Support.Start("all-skipped");
}

[AssertReaped(timeout: 1)]
public sealed class AllSkippedTests : IClassFixture<Fixture>
{
#if V3
    // xUnit v3 creates no fixtures for a class if every test has a Skip property.
    [Fact]
    public void It_is_skipped() => Assert.Skip("skipped on purpose");
#else
    [Fact(Skip = "skipped on purpose")]
    public void It_is_skipped()
    {
    }
#endif
}
#endif
