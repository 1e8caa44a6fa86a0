using TestReaper.Xunit.Tests.InnerRuns;
using Xunit;

namespace TestReaper.Xunit.Tests;

/// <summary>The fixture, run by the real xUnit.</summary>
public sealed class UsesTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task A_class_fixture_is_one_server_for_all_tests_of_the_class()
    {
        InnerRunState.Arrange(Registry, Server(args: ["--children", "1"]));

        var run = await InnerRun.OfAsync(typeof(ClassFixtureTests));

        Registry.AssertNoneAlive();
        Assert.Equal(["passed First", "passed Second", "passed Third", "passed Third"], run.Results.Order(StringComparer.Ordinal));
        Assert.Equal(4, InnerRunState.ServersSeen.Count);
        Assert.Single(InnerRunState.ServersSeen.Distinct());
        Assert.Single(Registry.Registered(), process => process.Role == "server");
        Assert.Contains("TestReaper.TestProcess", run.Diagnostics.Only("Ready at "), StringComparison.Ordinal);
        run.Diagnostics.Only("Reaped ");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_collection_fixture_is_one_server_for_several_classes()
    {
        InnerRunState.Arrange(Registry, Server());

        var run = await InnerRun.OfAsync(typeof(CollectionTestsA), typeof(CollectionTestsB));

        Registry.AssertNoneAlive();
        Assert.Equal(["passed A", "passed B"], run.Results.Order(StringComparer.Ordinal));
        Assert.Equal(2, InnerRunState.ServersSeen.Count);
        Assert.Single(InnerRunState.ServersSeen.Distinct());
        Assert.Single(Registry.Registered());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_test_class_that_is_a_fixture_has_a_server_for_each_test_and_gets_a_warning()
    {
        InnerRunState.Arrange(Registry, Server());

        var run = await InnerRun.OfAsync(typeof(DerivedTests));

        Registry.AssertNoneAlive();
        Assert.Equal(["passed First", "passed Second"], run.Results.Order(StringComparer.Ordinal));
        Assert.Equal(2, InnerRunState.ServersSeen.Distinct().Count());
        Assert.Equal(2, run.Outputs.Count(output =>
            output.StartsWith("Warning: DerivedTests derives from ServerProcessFixture and has tests", StringComparison.Ordinal)
            && output.Contains("use IClassFixture<> to share one server", StringComparison.Ordinal)
            && output.Contains("Reaped 1 process", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixture_without_tests_gets_no_warning()
    {
        var fixture = Fixture();

        await fixture.InitializeAsync();
        await fixture.DisposeAsync();

        Assert.DoesNotContain(Sink.Messages, message => message.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_cannot_start_fails_each_test_with_its_last_output()
    {
        InnerRunState.Arrange(Registry, DyingServer());

        var run = await InnerRun.OfAsync(typeof(ClassFixtureTests));

        Registry.AssertNoneAlive();
        Assert.Equal(4, run.Results.Count);
        Assert.All(run.Results, result =>
        {
            Assert.StartsWith("failed ", result, StringComparison.Ordinal);
            Assert.Contains("The server exited with code 7", result, StringComparison.Ordinal);
            Assert.Contains("CUDA out of memory", result, StringComparison.Ordinal);
        });
    }

    [Fact(Timeout = 30_000)]
    public async Task Tests_that_need_an_unavailable_server_are_skipped_with_the_reason()
    {
        var run = await InnerRun.OfAsync(typeof(SkippableTests));

        Assert.Equal(
            ["passed Needs_nothing", "skipped Needs_its_address: no GPU here", "skipped Needs_the_server: no GPU here"],
            run.Results.Order(StringComparer.Ordinal));
    }
}
