namespace Cases.SharedServerDies;

/// <summary>The server belongs to the run. Its death cancels a test that has got it, whose failure has no address.</summary>
public sealed class DyingSharedServer : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() =>
        Support.Server("shared-server-dies", "--http", "{port}", "--reuseport", "--crash-after", "1") with
        {
            Readiness = Readiness.Http("/health"),
        };
}

public sealed class SharedServerDiesTests
{
    [Fact]
    public async Task It_is_cancelled()
    {
        var server = (await SharedServer<DyingSharedServer>.GetAsync()).Server;
        using var client = new HttpClient();
        await client.GetStringAsync(server.BaseAddress);
        await Task.Delay(Timeout.Infinite, server.ExitedToken);
    }
}
