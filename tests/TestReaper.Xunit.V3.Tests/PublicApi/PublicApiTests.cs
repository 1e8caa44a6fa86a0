using TestReaper.Tests.PublicApi;
using Xunit;

namespace TestReaper.Xunit.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_public_api_is_the_committed_one()
    {
        await Task.CompletedTask;
        ApiSnapshot.Verify(typeof(ServerProcessFixture).Assembly);
    }
}
