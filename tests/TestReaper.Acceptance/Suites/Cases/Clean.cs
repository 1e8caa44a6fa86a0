namespace Cases.Clean;

[AssertReaped(timeout: 1)]
public sealed class CleanTests
{
    [Fact]
    public void It_stops_what_it_starts() => Support.Stop(Support.Start("clean"));
}
