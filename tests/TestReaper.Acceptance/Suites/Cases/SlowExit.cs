namespace Cases.SlowExit;

[AssertReaped(timeout: 20)]
public sealed class SlowExitTests
{
    [Fact]
    public void A_process_may_exit_within_the_timeout() => Support.Start("slow-exit", "--exit-after", "1500");
}
