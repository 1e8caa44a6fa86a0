namespace Cases.SlowExit;

[AssertReaped(timeout: 20)]
public sealed class SlowExitTests
{
    [Fact]
    public void What_is_still_exiting_may() => Support.Start("slow-exit", "--exit-after", "1500");
}
