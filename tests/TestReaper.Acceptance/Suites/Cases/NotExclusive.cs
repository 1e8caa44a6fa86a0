namespace Cases.NotExclusive;

[AssertReaped(timeout: 1, Exclusive = false)]
public sealed class NotExclusiveTests
{
    [Fact]
    public async Task A_server_started_by_the_library_is_known()
    {
        await ServerProcess.StartAsync(Support.Server("not-exclusive"));
        Support.WaitFor("not-exclusive");
    }
}
