using TestReaper.Fixtures;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class SharedServerTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task All_who_ask_get_one_server_which_lives_until_the_run_ends()
    {
        OnlyOne.Options = Server("shared");
        var first = new SharedServer<OnlyOne>();
        var second = new SharedServer<OnlyOne>();

        await Task.WhenAll(Task.Run(async () => await first.InitializeAsync()), Task.Run(async () => await second.InitializeAsync()));
        await first.DisposeAsync();

        Assert.Same(first.Fixture, second.Fixture);
        Assert.Same(first.Fixture, await SharedServer<OnlyOne>.GetAsync());
        Assert.Equal("/hello", await GetAsync(second.Fixture.BaseAddress));
        AssertRoles("shared");
        await second.DisposeAsync();
        Registry.AssertAlive("shared", 1);

        Assert.Empty(await SharedFixtures.StopAllAsync());
        Registry.AssertNoneAlive();
        Assert.Single(Registry.Registered());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_is_told_to_all_who_ask()
    {
        FailsToStart.Options = DyingServer();

        for (var i = 0; i < 2; i++)
        {
            var fixture = await SharedServer<FailsToStart>.GetAsync();
            Assert.Contains("CUDA out of memory", Assert.Throws<ServerStartException>(() => fixture.Server).Message, StringComparison.Ordinal);
        }

        Assert.Single(Registry.Registered());
    }

    [Fact]
    public void Without_the_framework_there_is_no_fixture() =>
        Assert.Contains("let xUnit make it", Assert.Throws<InvalidOperationException>(() => new SharedServer<OnlyOne>().Fixture).Message, StringComparison.Ordinal);

    private sealed class OnlyOne : ServerProcessFixture
    {
        public static ServerProcessOptions Options { get; set; } = null!;

        protected override ServerProcessOptions CreateOptions() => Options;
    }

    private sealed class FailsToStart : ServerProcessFixture
    {
        public static ServerProcessOptions Options { get; set; } = null!;

        protected override ServerProcessOptions CreateOptions() => Options;
    }
}
