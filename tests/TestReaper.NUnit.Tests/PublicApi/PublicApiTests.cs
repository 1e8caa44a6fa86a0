using NUnit.Framework;
using TestReaper.Tests.PublicApi;

namespace TestReaper.NUnit.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Test]
    [CancelAfter(30_000)]
    public void The_public_api_is_the_committed_one() => ApiSnapshot.Verify(typeof(ServerProcessFixture).Assembly);
}
