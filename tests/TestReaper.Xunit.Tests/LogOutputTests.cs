using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class LogOutputTests(ITestOutputHelper output) : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task The_servers_lines_reach_the_output_of_the_test_until_the_link_is_disposed()
    {
        var fixture = Fixture(EchoServer());
        await fixture.InitializeAsync();

        var link = fixture.WriteLogTo(output);
        await SayAsync(fixture, "during the test");
        link.Dispose();
        await SayAsync(fixture, "after its end");
        await fixture.DisposeAsync();

        Assert.Contains("during the test", Output(), StringComparison.Ordinal);
        Assert.DoesNotContain("after its end", Output(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_output_of_a_finished_test_harms_neither_the_server_nor_other_outputs()
    {
        var fixture = Fixture(EchoServer());
        await fixture.InitializeAsync();

        using var forgotten = fixture.WriteLogTo(new TestOutputHelper());
        using var link = fixture.WriteLogTo(output);
        await SayAsync(fixture, "first");
        await SayAsync(fixture, "second");

        Assert.Contains("second", Output(), StringComparison.Ordinal);
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
        await fixture.DisposeAsync();
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_link_needs_an_output_and_a_server()
    {
        var fixture = Fixture(EchoServer());

        Assert.Throws<ArgumentNullException>(() => fixture.WriteLogTo(null!));
        Assert.Throws<InvalidOperationException>(() => fixture.WriteLogTo(output));
        await fixture.DisposeAsync();
    }

    private ServerProcessOptions EchoServer() => Server(args: "--cat") with { RedirectStandardInput = true };

    /// <summary>Lets the server print a line, and waits until all who listen have had it.</summary>
    private static async Task SayAsync(ScriptedFixture fixture, string line)
    {
        var isHeard = false;
        fixture.Server.Output.Line += heard => isHeard |= heard == line;
        await fixture.Server.StandardInput.WriteLineAsync(line);
        await fixture.Server.StandardInput.FlushAsync();
        await Poll.UntilAsync(() => Volatile.Read(ref isHeard), $"the server to print '{line}'");
    }

#if XUNIT_V3
    private string Output() => output.Output;
#else
    private string Output() => ((TestOutputHelper)output).Output;
#endif
}
