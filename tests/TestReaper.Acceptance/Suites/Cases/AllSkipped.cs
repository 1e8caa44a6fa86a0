namespace Cases.AllSkipped;

#if NUNIT
[AssertReaped(timeout: 1)]
public sealed class AllSkippedTests
{
    [OneTimeSetUp]
    public static void SetUp() => Support.Start("all-skipped");

    [Fact]
    public void It_is_skipped() => Assert.Ignore("not today");
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
    // The fixtures of a class whose tests are all marked are not even made here.
    [Fact]
    public void It_is_skipped() => Assert.Skip("not today");
#else
    [Fact(Skip = "not today")]
    public void It_is_skipped()
    {
    }
#endif
}
#endif
