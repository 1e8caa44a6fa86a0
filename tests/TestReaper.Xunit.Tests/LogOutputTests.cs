using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class LogOutputTests(ITestOutputHelper output) : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task Lines_of_the_server_reach_the_output_of_the_test_until_the_link_is_disposed()
    {
        var fixture = Fixture(EchoServer());
        await fixture.InitializeAsync();

        var link = fixture.WriteLogTo(output);
        await PrintAsync(fixture, "during the test");
        link.Dispose();
        await PrintAsync(fixture, "after its end");
        await fixture.DisposeAsync();

        Assert.Contains("during the test", Output(), StringComparison.Ordinal);
        Assert.DoesNotContain("after its end", Output(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_output_of_a_finished_test_affects_neither_the_server_nor_other_outputs()
    {
        var fixture = Fixture(EchoServer());
        await fixture.InitializeAsync();

        using var forgotten = fixture.WriteLogTo(new TestOutputHelper());
        using var link = fixture.WriteLogTo(output);
        await PrintAsync(fixture, "first");
        await PrintAsync(fixture, "second");

        Assert.Contains("second", Output(), StringComparison.Ordinal);
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
        await fixture.DisposeAsync();
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_link_requires_an_output_and_a_server()
    {
        var fixture = Fixture(EchoServer());

        Assert.Throws<ArgumentNullException>(() => fixture.WriteLogTo(null!));
        Assert.Throws<InvalidOperationException>(() => fixture.WriteLogTo(output));
        await fixture.DisposeAsync();
    }

    private ServerProcessOptions EchoServer() => Server(args: "--cat") with { RedirectStandardInput = true };

    /// <summary>Makes the server print a line, and waits until every listener has received it.</summary>
    private static async Task PrintAsync(ScriptedFixture fixture, string line)
    {
        var isReceived = false;
        fixture.Server.Output.Line += received => isReceived |= received == line;
        await fixture.Server.StandardInput.WriteLineAsync(line);
        await fixture.Server.StandardInput.FlushAsync();
        await Poll.UntilAsync(() => Volatile.Read(ref isReceived), $"the server to print '{line}'");
    }

#if XUNIT_V3
    private string Output() => output.Output;
#else
    private string Output() => ((TestOutputHelper)output).Output;
#endif
}
