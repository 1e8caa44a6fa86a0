using NUnit.Framework;
using TestReaper.Extensibility;

namespace TestReaper.NUnit.Tests;

public sealed class SharedServerTests : FixtureTest
{
    [Test]
    [CancelAfter(30_000)]
    public async Task All_requests_get_one_server_that_lives_until_the_run_ends()
    {
        OnlyOne.Options = Server("shared");

        var fixtures = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(SharedServer<OnlyOne>.GetAsync)));

        Assert.That(fixtures.Distinct().ToList(), Has.Count.EqualTo(1));
        Assert.That(await GetAsync(fixtures[0].BaseAddress), Is.EqualTo("/hello"));
        Assert.That(LivingRoles(), Is.EqualTo("shared"));

        Assert.That(await SharedFixtures.StopAllAsync(), Is.Empty);
        Registry.AssertNoneAlive();
        Assert.That(Registry.Registered(), Has.Count.EqualTo(1));
    }

    private sealed class OnlyOne : ServerProcessFixture
    {
        public static ServerProcessOptions Options { get; set; } = null!;

        protected override ServerProcessOptions CreateOptions() => Options;
    }
}
