namespace Cases.LeakDaemon;

[AssertReaped(timeout: 1)]
public sealed class LeakDaemonTests
{
    [Fact]
    public void It_leaks_a_daemon() => Support.StartDaemon("leak-daemon");
}
