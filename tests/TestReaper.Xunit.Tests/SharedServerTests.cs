using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

[Trait("Wine", "no")] // Its assertions emit code for generic types, which cannot be kept (LastingReflection).
public sealed class SharedServerTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task All_requests_get_one_server_that_lives_until_the_run_ends()
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
    public async Task A_failed_start_is_thrown_by_each_use_of_the_server()
    {
        FailsToStart.Options = DyingServer();

        for (var i = 0; i < 2; i++)
        {
            var fixture = await SharedServer<FailsToStart>.GetAsync();
            var failure = Assert.Throws<ServerStartException>(() => fixture.Server);
            Assert.Contains("CUDA out of memory", failure.Message, StringComparison.Ordinal);
        }

        Assert.Single(Registry.Registered());
    }

    [Fact]
    public void Without_initialization_by_xUnit_there_is_no_fixture()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new SharedServer<OnlyOne>().Fixture);

        Assert.Contains("let xUnit create it", failure.Message, StringComparison.Ordinal);
    }

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
