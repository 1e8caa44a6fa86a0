namespace Cases.ServerDies;

#if NUNIT
public sealed class ServerDiesTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => DyingServer.Options();

    [Fact]
    public Task It_gets_a_refused_connection() => DyingServer.UseAsync(BaseAddress);
}
#else
public sealed class DyingFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => DyingServer.Options();
}

public sealed class ServerDiesTests(DyingFixture fixture) : IClassFixture<DyingFixture>
{
    [Fact]
    public Task It_gets_a_refused_connection() => DyingServer.UseAsync(fixture.BaseAddress);
}
#endif

internal static class DyingServer
{
    public static ServerProcessOptions Options() =>
        Support.Server("server-dies", "--http", "{port}", "--reuseport", "--crash-after", "1") with
        {
            Readiness = Readiness.Http("/health"),
        };

    /// <summary>Sends requests by a client of its own. The server ends after the first one.</summary>
    public static async Task UseAsync(Uri address)
    {
        using var client = new HttpClient();
        while (true)
        {
            await client.GetStringAsync(address);
        }
    }
}
