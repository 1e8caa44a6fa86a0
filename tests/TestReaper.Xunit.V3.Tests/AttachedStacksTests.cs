using Xunit;

namespace TestReaper.Xunit.Tests;

/// <summary>What a server did that was not ready in time becomes an attachment of each test that uses it.</summary>
public sealed class AttachedStacksTests : FixtureTest
{
    [Fact(Timeout = 60_000)]
    public async Task What_a_server_did_that_was_not_ready_in_time_is_attached()
    {
        var fixture = Fixture(Server(args: ["--ready-after", "600000"]) with { StartupTimeout = TimeSpan.FromSeconds(2) });
        await fixture.InitializeAsync();

        var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Throws<ServerStartException>(() => fixture.Server);
        await fixture.DisposeAsync();

        var name = Path.GetFileName(failure.StacksFile!);
        var content = TestContext.Current.Attachments![name].AsString();
        Assert.Contains("The server was not ready within 2.0 s.", content, StringComparison.Ordinal);
    }
}
