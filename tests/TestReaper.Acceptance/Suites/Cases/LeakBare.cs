namespace Cases.LeakBare;

[AssertReaped(timeout: 1)]
public sealed class LeakBareTests
{
    [Fact]
    public void It_leaks_a_process() => Support.Start("leak-bare");
}
